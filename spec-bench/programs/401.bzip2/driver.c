/*
 * Compresses and decompresses standard input in memory, once for each block size named on the command line,
 * and prints sizes and a checksum of the compressed bytes. usage: bzip2 LEVEL… <file
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bzlib.h"

/* What the library calls when BZ_NO_STDIO is set. */
void bz_internal_error(int code) {
  printf("internal error %d\n", code);
  exit(2);
}

static char *read_all(FILE *file, unsigned *length) {
  size_t size = 0, capacity = 1 << 16;
  char *data = malloc(capacity);
  while (data) {
    size_t n = fread(data + size, 1, capacity - size, file);
    if (n == 0) break;
    size += n;
    if (size == capacity) data = realloc(data, capacity *= 2);
  }
  *length = (unsigned)size;
  return data;
}

static unsigned long adler(const char *data, unsigned length) {
  unsigned long a = 1, b = 0;
  for (unsigned i = 0; i < length; i++) {
    a = (a + (unsigned char)data[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

int main(int argc, char **argv) {
  unsigned length;
  char *input = read_all(stdin, &length);
  unsigned bound = length + length / 100 + 600;
  char *packed = malloc(bound), *unpacked = malloc(length + 1);
  if (!input || !packed || !unpacked) return 1;
  printf("input %u bytes, checksum %08lx\n", length, adler(input, length));
  for (int i = 1; i < argc; i++) {
    int level = atoi(argv[i]);
    unsigned packed_length = bound, unpacked_length = length + 1;
    int status = BZ2_bzBuffToBuffCompress(packed, &packed_length, input, length, level, 0, 0);
    if (status != BZ_OK) return printf("compress: error %d\n", status), 1;
    status = BZ2_bzBuffToBuffDecompress(unpacked, &unpacked_length, packed, packed_length, 0, 0);
    if (status != BZ_OK) return printf("decompress: error %d\n", status), 1;
    int same = unpacked_length == length && memcmp(input, unpacked, length) == 0;
    printf("level %d: %u bytes, checksum %08lx, %s\n", level, packed_length, adler(packed, packed_length),
           same ? "round trip ok" : "ROUND TRIP DIFFERS");
    if (!same) return 1;
  }
  return 0;
}
