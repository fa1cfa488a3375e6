/* hello: the first program. Prints "Hello, <argv[1] or world>!"; exit status 40 + number of words after the program
 * name, so that `hello.elf` exits 40 and `hello.elf world` exits 41. */
#include <stdio.h>

int main(int argc, char **argv) {
  printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
  return 40 + argc - 1;
}
