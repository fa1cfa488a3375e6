// The simulation kernel: simulated time, messages, modules joined by gates, and the queue of future events.
// Everything a model needs is here; a model derives from Module and answers handle(). Times are whole nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sim {

using Time = uint64_t;

class Module;

/** One message; it is also the event of its own arrival. Models derive from it to carry data. */
struct Message {
  explicit Message(std::string name_, unsigned bytes_ = 0) : name(std::move(name_)), bytes(bytes_) {}
  virtual ~Message() = default;
  std::string name;
  unsigned bytes;
  Time sent = 0;
  Time arrival = 0;
  uint64_t serial = 0;
  Module *target = nullptr;
  int gate = 0;
  bool cancelled = false;
};

using MessagePtr = std::unique_ptr<Message>;

/** Counts and sums one quantity: count, mean and extremes without floating point, and a histogram by powers of two. */
class Statistic {
public:
  void collect(uint64_t value);
  std::string summary() const;

private:
  uint64_t count_ = 0, sum_ = 0, least_ = UINT64_MAX, most_ = 0;
  std::map<int, uint64_t> histogram_;
};

class Simulation;

class Module {
public:
  Module(Simulation &simulation, std::string name) : simulation_(simulation), name_(std::move(name)) {}
  virtual ~Module() = default;
  virtual void start() {}
  virtual void handle(MessagePtr message) = 0;
  const std::string &name() const { return name_; }
  void connect(int gate, Module &other, int otherGate, Time delay);

protected:
  /** Hands `message` over at the far end of `gate`, after the link's delay. */
  void send(MessagePtr message, int gate, Time after = 0);
  /** A message to oneself: a timer. The returned pointer stays valid until it is handled or cancelled. */
  Message *wake(MessagePtr message, Time after);
  Simulation &simulation_;

private:
  struct Gate {
    Module *peer = nullptr;
    int peerGate = 0;
    Time delay = 0;
  };
  std::vector<Gate> gates_;
  std::string name_;
};

class Simulation {
public:
  explicit Simulation(uint32_t seed) : random_(seed) {}
  template <class M, class... Arguments> M &add(Arguments &&...arguments) {
    auto module = std::make_unique<M>(*this, std::forward<Arguments>(arguments)...);
    M &reference = *module;
    modules_.push_back(std::move(module));
    return reference;
  }
  void run(Time end);
  void schedule(MessagePtr message, Module &target, int gate, Time when);
  Time now() const { return now_; }
  uint64_t events() const { return events_; }
  uint32_t random();
  /** Roughly exponential with the given mean, by integer arithmetic so that every C library agrees. */
  Time exponential(Time mean);
  Statistic &statistic(const std::string &name) { return statistics_[name]; }
  void report() const;

private:
  std::vector<std::unique_ptr<Module>> modules_;
  std::vector<MessagePtr> queue_; // a binary heap by (arrival, serial)
  std::map<std::string, Statistic> statistics_;
  Time now_ = 0;
  uint64_t serial_ = 0, events_ = 0;
  uint32_t random_;
};

} // namespace sim
