// The kernel's event loop, gates, statistics and random numbers; see kernel.h.
#include "kernel.h"

#include <algorithm>
#include <cstdio>

namespace sim {

namespace {

bool later(const MessagePtr &a, const MessagePtr &b) {
  return a->arrival != b->arrival ? a->arrival > b->arrival : a->serial > b->serial;
}

} // namespace

void Statistic::collect(uint64_t value) {
  count_++;
  sum_ += value;
  least_ = std::min(least_, value);
  most_ = std::max(most_, value);
  int bucket = 0;
  while (bucket < 63 && value >> bucket > 1) bucket++;
  histogram_[bucket]++;
}

std::string Statistic::summary() const {
  if (count_ == 0) return "none";
  char text[160];
  snprintf(text, sizeof text, "n %llu mean %llu min %llu max %llu", (unsigned long long)count_,
           (unsigned long long)(sum_ / count_), (unsigned long long)least_, (unsigned long long)most_);
  std::string out = text;
  for (const auto &[bucket, n] : histogram_) {
    snprintf(text, sizeof text, " 2^%d:%llu", bucket, (unsigned long long)n);
    out += text;
  }
  return out;
}

void Module::connect(int gate, Module &other, int otherGate, Time delay) {
  if (gates_.size() <= (size_t)gate) gates_.resize(gate + 1);
  if (other.gates_.size() <= (size_t)otherGate) other.gates_.resize(otherGate + 1);
  gates_[gate] = {&other, otherGate, delay};
  other.gates_[otherGate] = {this, gate, delay};
}

void Module::send(MessagePtr message, int gate, Time after) {
  const Gate &link = gates_.at(gate);
  simulation_.schedule(std::move(message), *link.peer, link.peerGate, simulation_.now() + after + link.delay);
}

Message *Module::wake(MessagePtr message, Time after) {
  Message *timer = message.get();
  simulation_.schedule(std::move(message), *this, -1, simulation_.now() + after);
  return timer;
}

void Simulation::schedule(MessagePtr message, Module &target, int gate, Time when) {
  message->sent = now_;
  message->arrival = when;
  message->serial = serial_++;
  message->target = &target;
  message->gate = gate;
  queue_.push_back(std::move(message));
  std::push_heap(queue_.begin(), queue_.end(), later);
}

void Simulation::run(Time end) {
  for (auto &module : modules_) module->start();
  while (!queue_.empty() && queue_.front()->arrival <= end) {
    std::pop_heap(queue_.begin(), queue_.end(), later);
    MessagePtr message = std::move(queue_.back());
    queue_.pop_back();
    now_ = message->arrival;
    if (message->cancelled) continue;
    events_++;
    Module *target = message->target;
    target->handle(std::move(message));
  }
  now_ = end;
}

uint32_t Simulation::random() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  return random_;
}

Time Simulation::exponential(Time mean) {
  // The number of leading zeros of a random word is geometric; its fraction is filled in linearly.
  uint32_t word = random() | 1;
  unsigned zeros = 0;
  while (!(word & 0x80000000u)) word <<= 1, zeros++;
  uint64_t fraction = 0xffffffffu - word; // 0 .. 2^31, from rare to frequent
  uint64_t scaled = ((uint64_t)zeros << 16) + (fraction >> 15);
  return (mean * 45426 >> 16) * scaled >> 16; // mean * ln 2 * -log2(u)
}

void Simulation::report() const {
  printf("time %llu ns, %llu events\n", (unsigned long long)now_, (unsigned long long)events_);
  for (const auto &[name, statistic] : statistics_) printf("%-24s %s\n", name.c_str(), statistic.summary().c_str());
}

} // namespace sim
