/* cat: raw read(0) and write(1) until the end of input, byte-exact, in pieces of 100 bytes; a checksum on stderr. */
#include <stdint.h>
#include <unistd.h>

int main(void) {
  unsigned char piece[100];
  uint32_t sum = 0;
  long n, total = 0;
  while ((n = read(0, piece, sizeof piece)) > 0) {
    for (long i = 0; i < n; i++) sum = sum * 31 + piece[i];
    for (long done = 0; done < n;) {
      long w = write(1, piece + done, (size_t)(n - done));
      if (w <= 0) return 3;
      done += w;
    }
    total += n;
  }
  write(2, sum ? "some\n" : "none\n", 5);
  return n < 0 ? 2 : (int)(total & 63);
}
