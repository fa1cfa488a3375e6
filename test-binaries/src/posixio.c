/* posixio: the file system calls behind stdio: open with every flag, read, write, lseek, stat, fstat, lstat, access,
 * link, unlink, mkdir, rmdir, chdir, dup, dup2, isatty, and the errno of each usual mistake. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "tiny.h"

static const char *why(void) {
  switch (errno) {
    case 0: return "0"; case ENOENT: return "ENOENT"; case EBADF: return "EBADF"; case EEXIST: return "EEXIST";
    case ENOTDIR: return "ENOTDIR"; case EISDIR: return "EISDIR"; case EINVAL: return "EINVAL"; case ENOTEMPTY: return "ENOTEMPTY";
    case EACCES: return "EACCES"; case ENOTTY: return "ENOTTY"; case ESPIPE: return "ESPIPE"; case ENAMETOOLONG: return "ENAMETOOLONG";
    case EPERM: return "EPERM"; case EFAULT: return "EFAULT"; case ENOSYS: return "ENOSYS"; default: return "other";
  }
}
static long result(const char *what, long r) {
  put("%s: %s %s\n", what, r < 0 ? "fails" : "ok", r < 0 ? why() : "");
  errno = 0;
  return r;
}

int main(void) {
  char text[32] = "";
  struct stat st;
  errno = 0;
  result("open missing", open("a", O_RDONLY));
  int fd = open("a", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  result("create", fd);
  put("write %d\n", (int)write(fd, "hello world", 11));
  result("read from a write-only file", read(fd, text, 4));
  result("close", close(fd));
  result("close twice", close(fd));
  result("write to a closed file", write(fd, "x", 1));
  result("create exclusively", open("a", O_WRONLY | O_CREAT | O_EXCL, 0644));
  fd = open("a", O_RDWR | O_APPEND);
  put("append %d at %d\n", (int)write(fd, "!\n", 2), (int)lseek(fd, 0, SEEK_CUR));
  put("lseek %d %d %d\n", (int)lseek(fd, 6, SEEK_SET), (int)lseek(fd, 1, SEEK_CUR), (int)lseek(fd, -6, SEEK_END));
  put("read %d <%s>\n", (int)read(fd, text, 4), text);
  result("lseek before the start", lseek(fd, -100, SEEK_SET));
  result("lseek whence 9", lseek(fd, 0, 9));
  put("fstat %d size %d regular %d\n", fstat(fd, &st), (int)st.st_size, S_ISREG(st.st_mode));
  put("isatty %d\n", isatty(fd));
  int copy = dup(fd);
  lseek(fd, 0, SEEK_SET);
  put("dup shares the offset: %d <%s>\n", (int)(memset(text, 0, sizeof text), read(copy, text, 5)), text);
  put("dup2 %d\n", dup2(fd, 30) == 30);
  close(fd), close(copy);
  put("the dup2 copy still reads: %d\n", (int)read(30, text, 1));
  close(30);
  fd = open("a", O_WRONLY | O_TRUNC);
  put("truncated: fstat %d size %d\n", fstat(fd, &st), (int)st.st_size);
  write(fd, "12345", 5);
  put("hole: lseek %d\n", (int)lseek(fd, 10, SEEK_SET)), write(fd, "x", 1), close(fd);
  put("stat %d size %d mode %x\n", stat("a", &st), (int)st.st_size, (unsigned)(st.st_mode & S_IFMT));
  result("stat missing", stat("b", &st));
  put("stat . directory %d\n", stat(".", &st) == 0 && S_ISDIR(st.st_mode));
  result("access", access("a", R_OK));
  result("access missing", access("b", R_OK));
  result("mkdir", mkdir("d", 0755));
  result("mkdir again", mkdir("d", 0755));
  result("mkdir under a file", mkdir("a/x", 0755));
  result("open a directory for writing", open("d", O_WRONLY));
  result("link", link("a", "d/b"));
  put("links %d\n", stat("d/b", &st) == 0 ? (int)st.st_nlink : -1);
  result("link over a file", link("a", "d/b"));
  result("rmdir of a full directory", rmdir("d"));
  result("unlink a directory fails", unlink("d") < 0 ? 0 : -1);
  result("chdir", chdir("d"));
  result("stat in the new directory", stat("b", &st));
  result("chdir ..", chdir(".."));
  result("chdir to a file", chdir("a"));
  result("unlink", unlink("d/b"));
  result("unlink again", unlink("d/b"));
  result("rmdir", rmdir("d"));
  result("rmdir missing", rmdir("d"));
  result("unlink a", unlink("a"));
  result("path through a missing folder", open("x/y/z", O_RDONLY));
  result("empty path", open("", O_RDONLY));
  return 0;
}
