/* bytes_out: 300,000 bytes of all values through fwrite and putchar to stdout, a line to stderr: streams must be
 * byte-exact whatever the buffering. */
#include <stdio.h>

int main(void) {
  unsigned char block[1000];
  unsigned seed = 1;
  for (int b = 0; b < 299; b++) {
    for (unsigned i = 0; i < sizeof block; i++) block[i] = (unsigned char)((seed = seed * 1103515245u + 12345u) >> 16);
    if (fwrite(block, 1, sizeof block, stdout) != sizeof block) return 1;
  }
  for (int i = 0; i < 1000; i++) putchar(i);
  fputs("written\n", stderr);
  return 0;
}
