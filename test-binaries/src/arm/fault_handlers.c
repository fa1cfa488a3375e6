/* fault_handlers: what a program does about its own faults. Handlers of SIGILL, SIGBUS, SIGSEGV and SIGTRAP look at
 * siginfo and at the interrupted registers, and go on behind the instruction by changing pc in the context; a handler of
 * SIGALRM interrupts a loop that makes no system call; SIGSEGV while it is blocked is the end. Freestanding, EABI. */
#include "raw.h"

struct action { void *handler; unsigned long flags; void *restorer; uint32_t mask[2]; };
struct context { /* ucontext up to the registers */
  uint32_t head[5], trap[3], registers[15], pc, cpsr;
};

enum { SIGILL = 4, SIGBUS = 7, SIGSEGV = 11, SIGALRM = 14, SA_SIGINFO = 4 };

static volatile unsigned seen, code, address_matches, registers_match, alarms;
static unsigned expected_address;
static uint32_t words[4];

static void handler(int signal, uint32_t *info, struct context *context) {
  seen = (unsigned)signal;
  code = info[2];
  address_matches = info[3] == expected_address || expected_address == context->pc;
  registers_match = context->registers[4] == 0x44444444 && context->registers[11] == 0xbbbbbbbb;
  context->registers[5] = 0x55555555;
  context->pc = context->registers[6]; /* where to go on */
  context->cpsr = (context->cpsr & ~0x20u) | (context->pc & 1 ? 0x20 : 0);
}

static void on_alarm(int signal) { alarms += signal == SIGALRM; }

static void on(int signal, void *function, unsigned long flags) {
  struct action action = {function, flags, 0, {0, 0}};
  line("sigaction", CALL(174, signal, &action, 0, 8, 0, 0));
}

/* Executes `instruction` with address r7, and r6 where the handler shall continue. */
#define FAULT(name, address, instruction) \
  do { \
    register uint32_t r7 asm("r7") = (uint32_t)(address); \
    uint32_t r5; \
    expected_address = r7; \
    asm volatile("ldr r4, =0x44444444\n ldr r11, =0xbbbbbbbb\n mov r5, #0\n adr r6, 1f\n" instruction \
                 "\n1: mov %0, r5\n b 2f\n .ltorg\n2:" \
                 : "=r"(r5) : "r"(r7) : "r0", "r1", "r4", "r5", "r6", "r11", "memory"); \
    text(name), text("\n"); \
    line("  signal", (long)seen), line("  code", (long)code), line("  address", (long)address_matches); \
    line("  registers", (long)registers_match), line("  r5 from the context", r5 == 0x55555555); \
  } while (0)

static void start(long *stack) __attribute__((used));
asm(".globl _start\n.arm\n_start: mov r0, sp\n bic sp, sp, #7\n b start\n");

static void start(long *stack) {
  (void)stack;
  on(SIGILL, handler, SA_SIGINFO);
  on(SIGBUS, handler, SA_SIGINFO);
  on(SIGSEGV, handler, SA_SIGINFO);
  FAULT("undefined instruction", 0, ".word 0xe7f000f0");
  FAULT("ldm", (uint32_t)words + 2, "ldm r7, {r0, r1}");
  FAULT("execution of nothing", 0x10, "bx r7");
  FAULT("execution of data", words, "bx r7");

  on(SIGALRM, on_alarm, 0);
  uint32_t timer[4] = {0, 0, 0, 20000};
  line("setitimer", CALL3(104, 0, timer, 0));
  volatile unsigned turns = 0;
  while (alarms == 0) turns++;
  line("alarms", (long)alarms);
  line("waited", turns > 100);

  uint32_t mask[2] = {1u << (SIGSEGV - 1), 0};
  line("block", CALL(175, 0, mask, 0, 8, 0, 0));
  asm volatile("mov r0, #16\n bx r0" ::: "r0");
  text("not reached\n");
  quit(0);
}
