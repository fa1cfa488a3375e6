/* statstruct: what newlib's own struct stat and struct timeval say after stat and gettimeofday: fields must land where
 * the C library's headers put them, not where the kernel's old ABI puts them. Reads input.txt of 1234 bytes. */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include "tiny.h"

int main(void) {
  struct stat st, fst;
  memset(&st, 0x55, sizeof st), memset(&fst, 0x55, sizeof fst);
  put("stat %d\n", stat("input.txt", &st));
  put("size %ld\n", (long)st.st_size);
  put("type %x\n", (unsigned)(st.st_mode & S_IFMT));
  put("readable %d\n", (st.st_mode & S_IRUSR) != 0);
  put("links %d\n", (int)st.st_nlink);
  put("block size sensible %d\n", st.st_blksize >= 512 && st.st_blksize <= 1 << 22);
  put("blocks sensible %d\n", st.st_blocks >= 0 && st.st_blocks < 100);
  put("mtime sensible %d\n", st.st_mtime > 1000000000 && st.st_mtime < 4102444800ll);
  FILE *f = fopen("input.txt", "r");
  put("fstat %d same size %d mode %d time %d\n", fstat(fileno(f), &fst), fst.st_size == st.st_size, fst.st_mode == st.st_mode, fst.st_mtime == st.st_mtime);
  fclose(f);
  put("directory %d\n", stat(".", &st) == 0 && S_ISDIR(st.st_mode));
  struct timeval tv = {-1, -1};
  put("gettimeofday %d\n", gettimeofday(&tv, 0));
  put("seconds sensible %d microseconds %d\n", tv.tv_sec > 1700000000 && tv.tv_sec < 4102444800ll, tv.tv_usec >= 0 && tv.tv_usec < 1000000);
  time_t t = time(0), u;
  time(&u);
  put("time sensible %d %d\n", t >= tv.tv_sec && t <= tv.tv_sec + 100, u >= t && u < t + 100);
  return 0;
}
