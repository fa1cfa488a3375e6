/* Faults and their handlers: signal, si_code, and where the handler finds the program; some in delay slots of MIPS. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf back;
static uintptr_t pc_of(const ucontext_t *context) {
#ifdef __mips__
  return context->uc_mcontext.pc;
#else
  return context->uc_mcontext.arm_pc;
#endif
}

/* Where the instruction is at which a handler shall find the program. */
static uintptr_t expected;
static void report(int signal, siginfo_t *info, void *context) {
  uintptr_t address = (uintptr_t)info->si_addr;
  if (address != 0 && signal != SIGBUS) address -= expected;
  printf("signal %d, code %d, address %d, %+d\n", signal, info->si_code, (int)address, (int)(pc_of(context) - expected));
  siglongjmp(back, 1);
}

#define FAULT(name, code)            \
  if (sigsetjmp(back, 1) == 0) {     \
    printf("%-24s", name);           \
    code                             \
    printf("nothing\n");             \
  }

static void handle(int signal, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  sigaction(signal, &action, NULL);
}

#ifdef __mips__
#define AT(name, before, text)                                                                          \
  FAULT(name, __asm__ volatile(".set push\n.set noreorder\n.set mips32r2\n" before "\nla $2, 1f\nsw $2, %0\n1: " text \
                               "\n2: nop\n.set pop" : "=m"(expected) : : "$2", "$8", "$9", "$10", "$31", "memory");)

static uint32_t words[2] = {7, 8};
/* Repair what the program trips over, and let it go on. */
static void give_address(int signal, siginfo_t *info, void *context) {
  ((ucontext_t *)context)->uc_mcontext.gregs[8] = (uintptr_t)words;
  printf("signal %d; ", signal);
}
static void give_number(int signal, siginfo_t *info, void *context) {
  ((ucontext_t *)context)->uc_mcontext.gregs[10] = 1;
  printf("signal %d; ", signal);
}

static uint32_t one = 1;
static void of_mips(void) {
  AT("overflow", "li $8, 0x7fffffff", "add $9, $8, $8")
  AT("trap", "li $8, 1", "teq $8, $8")
  AT("reserved instruction", "", ".word 0x0000003f")
  AT("unaligned", "li $8, 1", "lw $9, 0($8)")
  AT("in a delay slot", "li $8, 1", "b 2f\nlw $9, 0($8)")
  AT("overflow in one", "li $8, 0x7fffffff", "beqz $8, 2f\nadd $9, $8, $8")
  AT("in its own delay slot", "li $8, 1", "b 3f\n3: lw $9, 0($8)")
  AT("behind a call", "li $8, 1", "jalr $2\nlw $9, 0($8)")

  FAULT("behind it, then", __asm__ volatile(".set push\n.set noreorder\n.set mips32r2\nla $8, %1\nla $2, 3f\nsw $2, %0\n"
        "b 3f\n3: lw $8, 0($8)\n.set pop" : "=m"(expected) : "m"(one) : "$2", "$8", "memory");)
  unsigned sum, value;
  handle(SIGBUS, give_address);
  __asm__ volatile(".set push\n.set noreorder\nli $8, 1\nli %0, 0\nb 1f\nlw %1, 4($8)\naddiu %0, %0, 100\n1: addiu %0, %0, 1\n.set pop"
                   : "=&r"(sum), "=&r"(value) : : "$8");
  printf("%u %u\n", sum, value);
  handle(SIGTRAP, give_number);
  __asm__ volatile(".set push\n.set noreorder\nli $10, 0\nli %0, 0\nbal 1f\nteq $10, $0\naddiu %0, %0, 100\nb 2f\nnop\n"
                   "1: jr $31\naddiu %0, %0, 1\n2: .set pop" : "=&r"(sum) : : "$10", "$31");
  printf("%u\n", sum);
}
static void with_exceptions(unsigned enables, double a, double b) {
  unsigned before;
  __asm__ volatile("cfc1 %0, $31" : "=r"(before));
  __asm__ volatile("ctc1 %0, $31" : : "r"(before | enables << 7));
  __asm__ volatile(".set push\n.set noreorder\nla $2, 1f\nsw $2, %0\n1: div.d $f4, %1, %2\n.set pop"
                   : "=m"(expected) : "f"(a), "f"(b) : "$2", "$f4", "$f5", "memory");
  __asm__ volatile("ctc1 %0, $31" : : "r"(before));
}
static void clear_fcsr(void) { __asm__ volatile("ctc1 $0, $31"); }
#endif

int main(void) {
  const int signals[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};
  for (unsigned n = 0; n < sizeof signals / sizeof *signals; n++) handle(signals[n], report);
  setvbuf(stdout, NULL, _IONBF, 0);
  puts("What a program does wrong, the signal that its handler gets, si_code, and how far from there it is:");
#ifdef __mips__
  static const struct { const char *name; unsigned enables; double a, b; } cases[] = {
      {"division by zero", 8, 1, 0}, {"invalid", 16, 0, 0}, {"inexact", 1, 1, 3}, {"overflow of doubles", 4, 1e300, 1e-300},
      {"underflow", 2, 1e-300, 1e300}, {"invalid before inexact", 17, 0, 0}};
  for (unsigned n = 0; n < sizeof cases / sizeof *cases; n++) {
    clear_fcsr();
    FAULT(cases[n].name, with_exceptions(cases[n].enables, cases[n].a, cases[n].b);)
  }
  clear_fcsr();
  of_mips();
#else
  FAULT("undefined instruction", __asm__ volatile("adr r0, 1f\nstr r0, %0\n1: .word 0xe7f000f0" : "=m"(expected) : : "r0");)
  FAULT("the same, once more", __asm__ volatile("adr r0, 1f\nstr r0, %0\n1: .word 0xe7f000f0" : "=m"(expected) : : "r0");)
#endif
  return 0;
}
