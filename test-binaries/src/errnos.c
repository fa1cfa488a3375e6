/* errnos: failing system calls return -1 and set errno; a later success leaves errno alone; strerror and perror know
 * the name; a bad buffer address fails instead of killing the program. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char byte;
  errno = 0;
  printf("%d %d %s\n", open("missing", O_RDONLY), errno == ENOENT, strerror(errno));
  printf("%d %d\n", (int)write(1, "", 0), errno == ENOENT);
  printf("%d %d %s\n", (int)read(77, &byte, 1), errno == EBADF, strerror(errno));
  printf("%d %d\n", close(-1), errno == EBADF);
  printf("%d %d\n", (int)write(1, (void *)0xfffffff0u, 8), errno == EFAULT);
  printf("%d %d\n", open((char *)0xfffffff0u, O_RDONLY), errno == EFAULT);
  printf("%s / %s / %s\n", strerror(EINVAL), strerror(ENOMEM), strerror(0));
  return 0;
}
