/* sieve: tight loops over bytes. Sieve of Eratosthenes over a 64 KiB table; argv[1] = number of rounds. */
#include <stdio.h>
#include <stdlib.h>

#define SIZE 65536
static unsigned char composite[SIZE];

static unsigned round_of(unsigned salt) {
  unsigned count = 0, sum = salt;
  for (unsigned i = 0; i < SIZE; i++) composite[i] = 0;
  for (unsigned i = 2; i < SIZE; i++) {
    if (composite[i]) continue;
    count++;
    sum = sum * 31 + i;
    for (unsigned j = i + i; j < SIZE; j += i) composite[j] = 1;
  }
  return sum ^ (count << 16);
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 60;
  unsigned check = 0;
  for (unsigned r = 0; r < rounds; r++) check = check * 17 + round_of(r);
  printf("sieve %u rounds: %08x\n", rounds, check);
  return 0;
}
