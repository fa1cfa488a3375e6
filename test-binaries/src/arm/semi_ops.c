/* semi_ops: every ARM semihosting operation, freestanding (svc 0x123456 in ARM state, svc 0xAB when built as Thumb:
 * semi_ops_thumb). Facts from Arm's "Semihosting for AArch32 and AArch64": OPEN with its modes, CLOSE, WRITEC, WRITE0,
 * WRITE, READ (result = bytes not read), READC, ISERROR, ISTTY, SEEK, FLEN, TMPNAM, REMOVE, RENAME, CLOCK, TIME, ERRNO,
 * GET_CMDLINE, HEAPINFO, ELAPSED, TICKFREQ, EXIT, EXIT_EXTENDED. Ends with status 33 through EXIT_EXTENDED, or
 * with 0 through EXIT if the command line holds the word "plain", 1 if it holds "error". "append" only appends to log.txt
 * twice and ends with 34 (apart from the rest, since qemu 7.2 forgets O_APPEND); "console" only uses WRITEC and WRITE0
 * and ends with 35 (qemu-arm sends these two to standard error). */
#include <stdint.h>

static int __attribute__((noinline)) semi(int operation, const void *block) {
  register int r0 asm("r0") = operation;
  register const void *r1 asm("r1") = block;
#ifdef __thumb__
  asm volatile("svc 0xab" : "+r"(r0) : "r"(r1) : "memory");
#else
  asm volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory");
#endif
  return r0;
}
#define CALL(operation, ...) semi(operation, (uint32_t[]){__VA_ARGS__})
#define P(x) ((uint32_t)(uintptr_t)(x))

static unsigned length(const char *s) {
  unsigned n = 0;
  while (s[n]) n++;
  return n;
}
static int out; /* ":tt" opened for writing: standard output */
static void text(const char *s) { CALL(5, (uint32_t)out, P(s), length(s)); }
static void line(const char *what, int v) {
  char out[12], *p = out + 11;
  unsigned u = v < 0 ? -(unsigned)v : (unsigned)v;
  *p = 0;
  do {
    unsigned q = 0;
    for (int bit = 28; bit >= 0; bit--)
      if (u >> bit >= 10) u -= 10u << bit, q |= 1u << bit;
    *--p = (char)('0' + u), u = q;
  } while (u);
  if (v < 0) *--p = '-';
  text(what), text(" "), text(p), text("\n");
}
static int open(const char *name, int mode) { return CALL(1, P(name), (uint32_t)mode, length(name)); }
static int contains(const char *s, const char *word) {
  for (; *s; s++) {
    unsigned i = 0;
    while (word[i] && s[i] == word[i]) i++;
    if (!word[i]) return 1;
  }
  return 0;
}

static void run(void) __attribute__((used));
asm(".globl _start\n.arm\n.type _start, %function\n_start: bic sp, sp, #7\n ldr r3, =run\n bx r3\n.ltorg\n");

static void run(void) {
  char buffer[300], command[300];
  uint32_t command_line[2] = {P(command), sizeof command};
  out = open(":tt", 4);
  line("get_cmdline", semi(0x15, command_line));
  if (contains(command, " append")) {
    int a = open("log.txt", 8); /* "a" */
    line("append", CALL(5, (uint32_t)a, P("AB"), 2) + CALL(2, (uint32_t)a));
    a = open("log.txt", 8);
    line("append", CALL(5, (uint32_t)a, P("CD"), 2) + CALL(2, (uint32_t)a));
    CALL(0x20, 0x20026, 34);
  }
  if (contains(command, " console")) {
    semi(3, "w"), semi(3, "c"), semi(3, "\n"), semi(4, "write0\n");
    CALL(0x20, 0x20026, 35);
  }
  int in = open(":tt", 0);
  line("open :tt", (out > 0) + (in > 0));
  line("write", CALL(5, (uint32_t)out, P("to standard output\n"), 19));
  line("write to a bad handle", CALL(5, 77, P("x"), 1));
  line("iserror 0", CALL(8, 0));
  line("iserror -1", CALL(8, 0xffffffff) != 0);
  line("istty of a file is 0", CALL(9, (uint32_t)open("data.txt", 4)));

  int f = open("data.txt", 4); /* "w" */
  line("write", CALL(5, (uint32_t)f, P("0123456789"), 10));
  line("flen", CALL(12, (uint32_t)f));
  line("close", CALL(2, (uint32_t)f));
  line("close a bad handle", CALL(2, 77));
  f = open("data.txt", 1); /* "rb" */
  line("flen", CALL(12, (uint32_t)f));
  line("seek", CALL(10, (uint32_t)f, 8));
  line("read, not filled", CALL(6, (uint32_t)f, P(buffer), 10));
  buffer[4] = 0, text(buffer), text("\n");
  line("read at the end", CALL(6, (uint32_t)f, P(buffer), 10));
  CALL(2, (uint32_t)f);
  f = open("data.txt", 2); /* "r+" */
  CALL(10, (uint32_t)f, 3), CALL(5, (uint32_t)f, P("##"), 2), CALL(10, (uint32_t)f, 0);
  line("read all", CALL(6, (uint32_t)f, P(buffer), 12));
  buffer[12] = 0, text(buffer), text("\n");
  CALL(2, (uint32_t)f);
  line("open missing", open("missing.txt", 0));
  line("errno", semi(0x13, 0) == 2);
  line("rename", CALL(15, P("data.txt"), 8, P("moved.txt"), 9));
  line("open old name", open("data.txt", 0));
  line("remove", CALL(14, P("moved.txt"), 9));
  line("remove again fails", CALL(14, P("moved.txt"), 9) != 0);
  line("tmpnam", CALL(13, P(buffer), 7, 260));
  line("tmpnam ends", length(buffer) > 0 && length(buffer) < 260);

  line("read standard input, not filled", CALL(6, (uint32_t)in, P(buffer), 5));
  buffer[5] = 0, text(buffer), text("\n");
  line("readc", semi(7, 0));

  int t = semi(0x11, 0);
  line("time", t > 1700000000);
  line("clock", semi(0x10, 0) >= 0);
  uint32_t ticks[2] = {1, 0xffffffff};
  line("elapsed", semi(0x30, ticks));
  line("elapsed filled", ticks[1] != 0xffffffff);
  line("tickfreq", semi(0x31, 0));

  static uint32_t block[4];
  uint32_t *at = block;
  line("heapinfo", (semi(0x16, &at), block[1] > block[0]));
  line("stack below its base", P(&at) < block[2]);
  volatile uint32_t *heap = (volatile uint32_t *)(uintptr_t)block[0];
  heap[0] = 5, heap[1000] = 6;
  line("heap memory", (int)(heap[0] + heap[1000]));

  line("length", command_line[1] == length(command));
  line("holds both words", contains(command, " first second"));
  line("too short a buffer", CALL(0x15, P(buffer), 3));
  if (contains(command, "plain")) semi(0x18, (void *)0x20026);
  if (contains(command, "error")) semi(0x18, (void *)0x20023);
  CALL(0x20, 0x20026, 33);
}
