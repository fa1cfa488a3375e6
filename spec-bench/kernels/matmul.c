/* matmul: integer multiply-accumulate over three 48 x 48 matrices; argv[1] = number of products. */
#include <stdio.h>
#include <stdlib.h>

#define N 48
static int a[N][N], b[N][N], c[N][N];

static void fill(unsigned seed) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      seed = seed * 1103515245u + 12345u;
      a[i][j] = (int)(seed >> 16) % 1000 - 500;
      b[j][i] = (int)(seed >> 8) % 1000 - 500;
    }
}

static void multiply(void) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int sum = 0;
      for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 60;
  unsigned check = 1;
  fill(42);
  for (unsigned r = 0; r < rounds; r++) {
    multiply();
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) check = check * 31 + (unsigned)c[i][j];
      a[i][(i + r) % N] ^= (int)(check & 255); /* the next product depends on this one */
    }
  }
  printf("matmul %u products: %08x\n", rounds, check);
  return 0;
}
