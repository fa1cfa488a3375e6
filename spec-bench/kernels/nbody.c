/* nbody: double arithmetic through the soft-float library. Four bodies under gravity in invented units, leapfrog
 * steps with an own square root; argv[1] = number of steps. Prints coordinates in millionths as integers. */
#include <stdio.h>
#include <stdlib.h>

#define BODIES 4
struct body {
  double x, y, z, vx, vy, vz, mass;
};
static struct body sky[BODIES] = {
    {0, 0, 0, 0, 0, 0, 40.0},
    {5.2, 0.3, -0.1, 0.1, 2.7, 0.05, 0.04},
    {-8.1, 4.4, -0.2, -1.0, -1.7, 0.06, 0.011},
    {12.5, -15.25, -0.22, 1.1, 0.9, -0.03, 0.0017},
};

static double root(double x) { /* Newton's method from a guess good for 1 .. 1000 */
  double r = x > 30 ? x * 0.06 + 6 : x * 0.2 + 1;
  for (int i = 0; i < 6; i++) r = 0.5 * (r + x / r);
  return r;
}

static void step(double dt) {
  for (int i = 0; i < BODIES; i++) {
    for (int j = i + 1; j < BODIES; j++) {
      struct body *a = &sky[i], *b = &sky[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double d2 = dx * dx + dy * dy + dz * dz + 0.01;
      double pull = dt / (d2 * root(d2));
      a->vx -= dx * b->mass * pull, a->vy -= dy * b->mass * pull, a->vz -= dz * b->mass * pull;
      b->vx += dx * a->mass * pull, b->vy += dy * a->mass * pull, b->vz += dz * a->mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *b = &sky[i];
    b->x += dt * b->vx, b->y += dt * b->vy, b->z += dt * b->vz;
  }
}

int main(int argc, char **argv) {
  unsigned steps = argc > 1 ? strtoul(argv[1], 0, 10) : 500;
  for (unsigned i = 0; i < steps; i++) step(0.002);
  printf("nbody %u steps\n", steps);
  for (int i = 0; i < BODIES; i++)
    printf("%ld %ld %ld\n", (long)(sky[i].x * 1e6), (long)(sky[i].y * 1e6), (long)(sky[i].z * 1e6));
  return 0;
}
