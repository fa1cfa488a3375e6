// Three ways to find cheapest paths, as SPEC's library has three: A* over the grid with a binary heap, a bucket-queue
// flood that answers many goals at once, and A* over a coarse graph of regions refined cell by cell.
// usage: astar WIDTH HEIGHT QUERIES SEED
#include "map.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

constexpr int dx[4] = {1, 0, -1, 0}, dy[4] = {0, 1, 0, -1};
constexpr uint32_t unreached = UINT32_MAX;

/** What all searches share: a result and how much work it was. */
class Finder {
public:
  explicit Finder(const Map &map) : map_(map), distance_(map.cost.size()), parent_(map.cost.size()) {}
  virtual ~Finder() = default;
  virtual const char *name() const = 0;
  /** Cost of the cheapest path found from cell `from` to cell `to`, or `unreached`. */
  virtual uint32_t find(int from, int to) = 0;
  uint64_t expanded = 0;

  /** Checksum of the cells on the path just found. */
  uint32_t path(int from, int to) const {
    uint32_t sum = 0;
    for (int cell = to; cell != from; cell = parent_[cell]) sum = sum * 33 + cell;
    return sum;
  }

protected:
  template <class Visit> void neighbours(int cell, Visit visit) const {
    int x = cell % map_.width, y = cell / map_.width;
    for (int d = 0; d < 4; d++) {
      if (!map_.inside(x + dx[d], y + dy[d])) continue;
      int next = map_.at(x + dx[d], y + dy[d]);
      if (map_.cost[next]) visit(next, map_.cost[next]);
    }
  }
  const Map &map_;
  std::vector<uint32_t> distance_;
  std::vector<int> parent_;
};

class GridSearch : public Finder {
public:
  using Finder::Finder;
  const char *name() const override { return "grid"; }

  uint32_t find(int from, int to) override {
    std::fill(distance_.begin(), distance_.end(), unreached);
    open_.clear();
    distance_[from] = 0;
    push(estimate(from, to), from);
    while (!open_.empty()) {
      std::pop_heap(open_.begin(), open_.end(), farther);
      Entry best = open_.back();
      open_.pop_back();
      if (best.total != distance_[best.cell] + estimate(best.cell, to)) continue; // a better way was found since
      if (best.cell == to) return distance_[to];
      expanded++;
      neighbours(best.cell, [&](int next, uint32_t step) {
        if (!allowed(next)) return;
        uint32_t through = distance_[best.cell] + step;
        if (through >= distance_[next]) return;
        distance_[next] = through;
        parent_[next] = best.cell;
        push(through + estimate(next, to), next);
      });
    }
    return unreached;
  }

protected:
  virtual bool allowed(int) const { return true; }

private:
  struct Entry {
    uint32_t total;
    int cell;
  };
  static bool farther(const Entry &a, const Entry &b) { return a.total != b.total ? a.total > b.total : a.cell < b.cell; }
  void push(uint32_t total, int cell) {
    open_.push_back({total, cell});
    std::push_heap(open_.begin(), open_.end(), farther);
  }
  uint32_t estimate(int a, int b) const {
    return std::abs(a % map_.width - b % map_.width) + std::abs(a / map_.width - b / map_.width);
  }
  std::vector<Entry> open_;
};

class FloodSearch : public Finder {
public:
  using Finder::Finder;
  const char *name() const override { return "flood"; }

  uint32_t find(int from, int to) override {
    // Goals of one start are answered from one flood.
    if (from != flooded_) flood(from);
    return distance_[to];
  }

private:
  void flood(int from) {
    flooded_ = from;
    std::fill(distance_.begin(), distance_.end(), unreached);
    distance_[from] = 0;
    buckets_[0].push_back(from);
    size_t waiting = 1;
    for (uint32_t now = 0; waiting > 0; now++) {
      auto &bucket = buckets_[now % buckets_.size()];
      for (size_t i = 0; i < bucket.size(); i++, waiting--) {
        int cell = bucket[i];
        if (distance_[cell] != now) continue;
        expanded++;
        neighbours(cell, [&](int next, uint32_t step) {
          if (now + step >= distance_[next]) return;
          distance_[next] = now + step;
          parent_[next] = cell;
          buckets_[(now + step) % buckets_.size()].push_back(next);
          waiting++;
        });
      }
      bucket.clear();
    }
  }
  int flooded_ = -1;
  std::array<std::vector<int>, 8> buckets_; // one more than the dearest step
};

/** Regions are connected parts of 16 x 16 squares; only those on a coarse path are then searched cell by cell. */
class RegionSearch : public GridSearch {
public:
  explicit RegionSearch(const Map &map) : GridSearch(map), region_(map.cost.size(), -1) {
    for (int cell = 0; cell < (int)region_.size(); cell++) {
      if (map.cost[cell] && region_[cell] < 0) fillRegion(cell);
    }
    for (int cell = 0; cell < (int)region_.size(); cell++) {
      if (!map.cost[cell]) continue;
      neighbours(cell, [&](int next, uint32_t) {
        auto &edges = edges_[region_[cell]];
        if (region_[next] != region_[cell] && std::find(edges.begin(), edges.end(), region_[next]) == edges.end()) {
          edges.push_back(region_[next]);
        }
      });
    }
    used_.resize(edges_.size());
  }
  const char *name() const override { return "region"; }
  size_t regions() const { return edges_.size(); }

  uint32_t find(int from, int to) override {
    std::fill(used_.begin(), used_.end(), 0);
    // Breadth first over regions; then the regions beside the coarse path are allowed too.
    std::vector<int> order{region_[to]}, before(edges_.size(), -1);
    before[region_[to]] = region_[to];
    for (size_t i = 0; i < order.size() && before[region_[from]] < 0; i++) {
      for (int next : edges_[order[i]]) {
        if (before[next] < 0) before[next] = order[i], order.push_back(next);
      }
    }
    if (before[region_[from]] < 0) return unreached;
    for (int r = region_[from];; r = before[r]) {
      used_[r] = 1;
      for (int beside : edges_[r]) used_[beside] = 1;
      if (r == region_[to]) break;
    }
    return GridSearch::find(from, to);
  }

protected:
  bool allowed(int cell) const override { return used_[region_[cell]]; }

private:
  void fillRegion(int start) {
    int id = (int)edges_.size(), square = squareOf(start);
    edges_.emplace_back();
    std::vector<int> stack{start};
    region_[start] = id;
    while (!stack.empty()) {
      int cell = stack.back();
      stack.pop_back();
      neighbours(cell, [&](int next, uint32_t) {
        if (region_[next] >= 0 || squareOf(next) != square) return;
        region_[next] = id;
        stack.push_back(next);
      });
    }
  }
  int squareOf(int cell) const { return cell / map_.width / 16 * map_.width + cell % map_.width / 16; }
  std::vector<int> region_;
  std::vector<std::vector<int>> edges_;
  std::vector<uint8_t> used_;
};

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: %s WIDTH HEIGHT QUERIES SEED\n", argv[0]);
    return 2;
  }
  uint32_t state = (uint32_t)atoi(argv[4]);
  Map map(atoi(argv[1]), atoi(argv[2]), state);
  auto random = [&state](uint32_t n) { return (state = state * 1664525 + 1013904223) / 4099 % n; };
  auto place = [&] {
    int cell;
    do cell = random(map.cost.size());
    while (!map.cost[cell]);
    return cell;
  };
  auto regionSearch = std::make_unique<RegionSearch>(map);
  printf("map %d x %d, %u regions\n", map.width, map.height, (unsigned)regionSearch->regions());
  std::vector<std::unique_ptr<Finder>> finders;
  finders.push_back(std::make_unique<GridSearch>(map));
  finders.push_back(std::make_unique<FloodSearch>(map));
  finders.push_back(std::move(regionSearch));
  int from = place(), disagreements = 0;
  std::vector<uint64_t> costs(finders.size());
  std::vector<uint32_t> paths(finders.size());
  for (int query = 0; query < atoi(argv[3]); query++) {
    if (query % 4 == 0) from = place();
    int to = place();
    uint32_t exact = unreached;
    for (size_t i = 0; i < finders.size(); i++) {
      uint32_t cost = finders[i]->find(from, to);
      if (i == 0) exact = cost;
      // The first two are exact; the coarse one may only be dearer.
      if (i == 1 ? cost != exact : cost < exact) disagreements++;
      if (cost == unreached) continue;
      costs[i] += cost;
      paths[i] = paths[i] * 31 + finders[i]->path(from, to);
    }
  }
  for (size_t i = 0; i < finders.size(); i++) {
    printf("%-6s cost %llu expanded %llu paths %08x\n", finders[i]->name(), (unsigned long long)costs[i],
           (unsigned long long)finders[i]->expanded, (unsigned)paths[i]);
  }
  printf("%d disagreements\n", disagreements);
  return disagreements != 0;
}
