// Terrain for the path searches: a grid of walking costs with walls, lakes and roads, drawn from a seed.
#pragma once

#include <cstdint>
#include <vector>

struct Map {
  int width, height;
  std::vector<uint8_t> cost; // 0: impassable, else the cost of stepping onto the cell

  Map(int width_, int height_, uint32_t seed) : width(width_), height(height_), cost(width_ * height_, 4) {
    uint32_t state = seed;
    auto random = [&state](uint32_t n) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      return state % n;
    };
    for (auto &c : cost) c = 3 + random(5);
    // Lakes: random walks that leave impassable cells behind.
    for (int lake = width * height / 700; lake > 0; lake--) {
      int x = random(width), y = random(height);
      for (int step = 20 + random(60); step > 0; step--) {
        if (inside(x, y)) cost[at(x, y)] = 0;
        (random(2) ? x : y) += random(2) ? 1 : -1;
      }
    }
    // Walls: long lines with one door each.
    for (int wall = (width + height) / 24; wall > 0; wall--) {
      bool across = random(2);
      int line = random(across ? height : width), length = across ? width : height, door = random(length);
      int from = random(length), to = from + length / 3;
      for (int i = from; i < to && i < length; i++) {
        if (i / 3 != door / 3) cost[across ? at(i, line) : at(line, i)] = 0;
      }
    }
    // Roads are cheap and cut through everything, so most places can be reached.
    for (int road = 4; road > 0; road--) {
      int x = random(width), y = random(height);
      for (int i = 0; i < width; i++) cost[at(i, y)] = 1;
      for (int i = 0; i < height; i++) cost[at(x, i)] = 1;
    }
  }

  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height; }
  int at(int x, int y) const { return y * width + x; }
};
