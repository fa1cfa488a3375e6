// The model: hosts that send requests and answers through learning switches, with finite queues, acknowledgements,
// timers and resending. usage: network SWITCHES HOSTS_PER_SWITCH MILLISECONDS SEED
#include "kernel.h"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <unordered_map>

using namespace sim;

namespace {

struct Frame : Message {
  Frame(const char *kind, int from_, int to_, unsigned number_, unsigned bytes)
      : Message(kind, bytes), from(from_), to(to_), number(number_) {}
  int from, to;
  unsigned number;
  Time born = 0;
  unsigned hops = 0;
};

constexpr Time nanosecondsPerByte = 80; // 100 Mbit/s

/** One output port: frames leave one after the other at the line's speed, and what doesn't fit is lost. */
struct Port {
  std::deque<std::unique_ptr<Frame>> waiting;
  bool busy = false;
};

class Switch : public Module {
public:
  Switch(Simulation &s, std::string name, int ports) : Module(s, std::move(name)), ports_(ports) {}

  void handle(MessagePtr message) override {
    if (message->gate < 0) return portFree(atoi(message->name.c_str()));
    std::unique_ptr<Frame> frame(static_cast<Frame *>(message.release()));
    addresses_[frame->from] = frame->gate;
    frame->hops++;
    auto known = addresses_.find(frame->to);
    if (known != addresses_.end()) {
      if (known->second != frame->gate) enqueue(std::move(frame), known->second);
      return;
    }
    int arrivedAt = frame->gate;
    for (int port = 0; port < (int)ports_.size(); port++) {
      if (port != arrivedAt) enqueue(std::make_unique<Frame>(*frame), port);
    }
    simulation_.statistic("switch floods").collect(frame->bytes);
  }

private:
  void enqueue(std::unique_ptr<Frame> frame, int port) {
    Port &out = ports_[port];
    simulation_.statistic("switch queue").collect(out.waiting.size());
    if (out.waiting.size() >= 24) return simulation_.statistic("switch losses").collect(frame->bytes);
    out.waiting.push_back(std::move(frame));
    if (!out.busy) transmit(port);
  }

  void transmit(int port) {
    Port &out = ports_[port];
    out.busy = true;
    std::unique_ptr<Frame> frame = std::move(out.waiting.front());
    out.waiting.pop_front();
    Time duration = (frame->bytes + 20) * nanosecondsPerByte;
    send(std::move(frame), port, duration);
    char name[12];
    snprintf(name, sizeof name, "%d", port);
    wake(std::make_unique<Message>(name), duration);
  }

  void portFree(int port) {
    ports_[port].busy = false;
    if (!ports_[port].waiting.empty()) transmit(port);
  }

  std::vector<Port> ports_;
  std::unordered_map<int, int> addresses_;
};

class Host : public Module {
public:
  Host(Simulation &s, std::string name, int address, int hosts)
      : Module(s, std::move(name)), address_(address), hosts_(hosts) {}

  void start() override { wake(std::make_unique<Message>("think"), simulation_.exponential(400'000)); }

  void handle(MessagePtr message) override {
    if (message->gate < 0) {
      if (message->name == "think") return request();
      return resend(*static_cast<Frame *>(message.get()));
    }
    auto frame = static_cast<Frame *>(message.get());
    if (frame->to != address_) return; // flooded
    simulation_.statistic("hops").collect(frame->hops);
    if (frame->name == "request") {
      auto answer = std::make_unique<Frame>("answer", address_, frame->from, frame->number, 64 + simulation_.random() % 1400);
      answer->born = frame->born;
      send(std::move(answer), 0, 2000);
    } else {
      auto pending = pending_.find(frame->number);
      if (pending == pending_.end()) return simulation_.statistic("late answers").collect(1);
      pending->second->cancelled = true;
      pending_.erase(pending);
      simulation_.statistic("round trip ns").collect(simulation_.now() - frame->born);
      received_[frame->from] += frame->bytes;
    }
  }

  uint64_t digest() const {
    uint64_t sum = address_;
    for (const auto &[from, bytes] : received_) sum = sum * 1099511628211u + from * 65537u + bytes;
    return sum;
  }

private:
  void request() {
    int to = simulation_.random() % hosts_;
    // Most talk goes to a few servers, as in an office.
    if (simulation_.random() % 4) to = to % (1 + hosts_ / 8);
    if (to != address_) transmit(to, next_++, 64 + simulation_.random() % 200, simulation_.now(), 0);
    wake(std::make_unique<Message>("think"), simulation_.exponential(400'000));
  }

  void transmit(int to, unsigned number, unsigned bytes, Time born, unsigned tries) {
    auto frame = std::make_unique<Frame>("request", address_, to, number, bytes);
    frame->born = born;
    auto timer = std::make_unique<Frame>("timeout", address_, to, number, bytes);
    timer->born = born;
    timer->hops = tries;
    send(std::move(frame), 0);
    pending_[number] = wake(std::move(timer), 3'000'000u << tries);
  }

  void resend(const Frame &timer) {
    pending_.erase(timer.number);
    if (timer.hops == 4) return simulation_.statistic("given up").collect(1);
    simulation_.statistic("resent").collect(timer.hops + 1);
    transmit(timer.to, timer.number, timer.bytes, timer.born, timer.hops + 1);
  }

  int address_, hosts_;
  unsigned next_ = 0;
  std::map<unsigned, Message *> pending_;
  std::map<int, uint64_t> received_;
};

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s SWITCHES HOSTS_PER_SWITCH MILLISECONDS SEED\n", argv[0]);
    return 2;
  }
  int switches = atoi(argv[1]), perSwitch = atoi(argv[2]);
  Simulation simulation((uint32_t)atoi(argv[4]));
  std::vector<Switch *> tree;
  std::vector<Host *> hosts;
  for (int i = 0; i < switches; i++) {
    // Ports: the hosts', then up to three to switches below, then one up. A tree has no loops to flood forever.
    tree.push_back(&simulation.add<Switch>("switch" + std::to_string(i), perSwitch + (i > 0) + std::min(3, std::max(0, switches - 1 - 3 * i))));
    if (i > 0) {
      int below = std::min(3, std::max(0, switches - 1 - 3 * i));
      tree[i]->connect(perSwitch + below, *tree[(i - 1) / 3], perSwitch + (i - 1) % 3, 500);
    }
    for (int h = 0; h < perSwitch; h++) {
      int address = i * perSwitch + h;
      hosts.push_back(&simulation.add<Host>("host" + std::to_string(address), address, switches * perSwitch));
      hosts.back()->connect(0, *tree[i], h, 100 + 10 * h);
    }
  }
  simulation.run((Time)atoi(argv[3]) * 1'000'000);
  simulation.report();
  uint64_t digest = 0;
  for (Host *host : hosts) digest = digest * 31 + host->digest();
  printf("digest %016llx\n", (unsigned long long)digest);
  return 0;
}
