/* idt: a program for a bare board with the IDT monitor, linked where kseg0 begins: a jump to 0xbfc00000 + 8n asks for
   operation n (libgloss/mips/idtmon.S). */
typedef int (*operation)();
#define MONITOR(n) ((operation)(0xbfc00000 + 8 * (n)))

static char buffer[32];
static int length(const char *text) {
  int n = 0;
  while (text[n]) n++;
  return n;
}
static void put(const char *text) { MONITOR(8)(1, text, length(text)); }

void _start(void) {
  put("hello from kseg0\n");
  MONITOR(12)('x');
  MONITOR(12)('\n');
  int got = MONITOR(7)(0, buffer, sizeof buffer - 1);
  buffer[got > 0 ? got : 0] = 0;
  put(buffer);
  unsigned memory[3] = {0};
  MONITOR(55)(memory);
  put(memory[0] >= 1 << 20 ? "memory\n" : "no memory\n");
  MONITOR(17)(7);
}
