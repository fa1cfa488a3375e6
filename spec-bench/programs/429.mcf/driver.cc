/*
 * Schedules vehicles over a made-up timetable as a minimum-cost flow, the problem of SPEC's mcf: each trip is run once,
 * vehicles come from one depot, and may drive empty from the end of one trip to the start of a later one.
 * usage: mcf TRIPS SEED
 */
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

struct Trip {
  int from, to, departs, arrives;
};

uint32_t state;

int random(int n) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (int)(state % (uint32_t)n);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s TRIPS SEED\n", argv[0]);
    return 2;
  }
  const int trips = atoi(argv[1]), places = 40, vehicleCost = 5000, reach = 150;
  state = (uint32_t)atoi(argv[2]);
  std::vector<std::pair<int, int>> place(places);
  for (auto &p : place) p = {random(100), random(100)};
  auto drive = [&](int a, int b) { return 3 + abs(place[a].first - place[b].first) + abs(place[a].second - place[b].second); };
  std::vector<Trip> table(trips);
  for (auto &trip : table) {
    trip.from = random(places);
    trip.to = random(places);
    trip.departs = 300 + random(1000);
    trip.arrives = trip.departs + drive(trip.from, trip.to) + random(20);
  }
  std::sort(table.begin(), table.end(), [](const Trip &a, const Trip &b) { return a.departs < b.departs; });

  typedef lemon::SmartDigraph Graph;
  Graph graph;
  graph.reserveNode(2 * trips + 1);
  Graph::Node depot = graph.addNode();
  std::vector<Graph::Node> start(trips), end(trips);
  std::vector<int> costs;
  auto arc = [&](Graph::Node a, Graph::Node b, int cost) {
    graph.addArc(a, b);
    costs.push_back(cost);
  };
  for (int i = 0; i < trips; i++) start[i] = graph.addNode(), end[i] = graph.addNode();
  for (int i = 0; i < trips; i++) {
    arc(depot, start[i], vehicleCost + drive(0, table[i].from));
    arc(end[i], depot, drive(table[i].to, 0));
    int links = 0;
    for (int j = i + 1; j < trips && links < reach; j++) {
      int empty = drive(table[i].to, table[j].from);
      int slack = table[j].departs - table[i].arrives - empty;
      if (slack < 0 || empty > 90) continue;
      arc(end[i], start[j], 4 * empty + slack);
      links++;
    }
  }
  // A trip is one unit that must leave the network at its start and enters it again at its end.
  Graph::NodeMap<int> supply(graph, 0);
  for (int i = 0; i < trips; i++) supply[start[i]] = -1, supply[end[i]] = 1;
  Graph::ArcMap<int> cost(graph), capacity(graph, 1);
  for (Graph::ArcIt a(graph); a != lemon::INVALID; ++a) cost[a] = costs[graph.id(a)];

  printf("%d trips, %d arcs\n", trips, graph.arcNum());
  lemon::NetworkSimplex<Graph, int, long long> simplex(graph);
  simplex.upperMap(capacity).costMap(cost).supplyMap(supply);
  if (simplex.run() != lemon::NetworkSimplex<Graph, int, long long>::OPTIMAL) return puts("no optimum"), 1;
  int vehicles = 0;
  unsigned digest = 0;
  long long total = 0;
  for (Graph::ArcIt a(graph); a != lemon::INVALID; ++a) {
    int flow = simplex.flow(a);
    total += (long long)flow * cost[a];
    digest = digest * 31 + flow;
    if (flow && graph.source(a) == depot) vehicles++;
  }
  // Optimality checked apart from the solver: no arc with room may have a negative reduced cost.
  int wrong = 0;
  for (Graph::ArcIt a(graph); a != lemon::INVALID; ++a) {
    long long reduced = cost[a] + simplex.potential(graph.source(a)) - simplex.potential(graph.target(a));
    if ((reduced < 0 && simplex.flow(a) < 1) || (reduced > 0 && simplex.flow(a) > 0)) wrong++;
  }
  printf("%d vehicles, cost %ld, flow digest %08x, %d arcs not optimal\n", vehicles, (long)total, digest, wrong);
  return wrong != 0;
}
