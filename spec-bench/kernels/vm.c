/* vm: a switch-based interpreter in the guest (an indirect jump per bytecode). A small stack machine runs a program
 * that counts Collatz steps; argv[1] = how many start values. */
#include <stdio.h>
#include <stdlib.h>

enum op { PUSH, LOAD, STORE, ADD, MUL, SHR, AND, XOR, LESS, EQ, JUMP, JZERO, DUP, DROP, CALL, RET, HALT };
enum local { LIMIT, START, N, STEPS, TOTAL, BEST, CHECK, LOCALS };

static int code[256], here;
static void op(int o) { code[here++] = o; }
static void op1(int o, int operand) { code[here++] = o, code[here++] = operand; }
static int forward(int o) { op1(o, -1); return here - 1; } /* a jump whose target is not known yet */
static void land(int at) { code[at] = here; }

static int assemble(void) {
  /* steps of n, a subroutine: n <= 1 ends; odd n -> 3n + 1; even n -> n / 2 */
  op1(PUSH, 0), op1(STORE, STEPS);
  int again = here;
  op1(LOAD, N), op1(PUSH, 1), op(EQ);
  int more = forward(JZERO);
  op(RET);
  land(more);
  op1(LOAD, N), op(DUP), op1(PUSH, 1), op(AND);
  int even = forward(JZERO);
  op1(PUSH, 3), op(MUL), op1(PUSH, 1), op(ADD);
  int done = forward(JUMP);
  land(even);
  op1(PUSH, 1), op(SHR);
  land(done);
  op1(STORE, N), op1(LOAD, STEPS), op1(PUSH, 1), op(ADD), op1(STORE, STEPS), op1(JUMP, again);
  /* main: for start = 1 .. limit - 1 */
  int entry = here;
  op1(PUSH, 1), op1(STORE, START);
  int loop = here;
  op1(LOAD, START), op1(LOAD, LIMIT), op(LESS);
  int end = forward(JZERO);
  op1(LOAD, START), op1(STORE, N), op1(CALL, 0);
  op1(LOAD, TOTAL), op1(LOAD, STEPS), op(ADD), op1(STORE, TOTAL);
  op1(LOAD, BEST), op1(LOAD, STEPS), op(LESS);
  int not_best = forward(JZERO);
  op1(LOAD, STEPS), op1(STORE, BEST);
  land(not_best);
  op1(LOAD, CHECK), op1(PUSH, 31), op(MUL), op1(LOAD, STEPS), op(XOR), op1(STORE, CHECK);
  op1(LOAD, START), op1(PUSH, 1), op(ADD), op1(STORE, START), op1(JUMP, loop);
  land(end);
  op(HALT);
  return entry;
}

static unsigned __attribute__((noinline)) run(int entry, unsigned *locals) {
  unsigned stack[32], *sp = stack, bytecodes = 0;
  const int *pc = code + entry, *ret = code;
  for (;;) {
    bytecodes++;
    switch ((enum op)*pc++) {
      case PUSH: *sp++ = (unsigned)*pc++; break;
      case LOAD: *sp++ = locals[*pc++]; break;
      case STORE: locals[*pc++] = *--sp; break;
      case ADD: sp--, sp[-1] += *sp; break;
      case MUL: sp--, sp[-1] *= *sp; break;
      case SHR: sp--, sp[-1] >>= *sp; break;
      case AND: sp--, sp[-1] &= *sp; break;
      case XOR: sp--, sp[-1] ^= *sp; break;
      case LESS: sp--, sp[-1] = sp[-1] < *sp; break;
      case EQ: sp--, sp[-1] = sp[-1] == *sp; break;
      case JUMP: pc = code + *pc; break;
      case JZERO: pc = *--sp ? pc + 1 : code + *pc; break;
      case DUP: *sp = sp[-1], sp++; break;
      case DROP: sp--; break;
      case CALL: ret = pc + 1, pc = code + *pc; break;
      case RET: pc = ret; break;
      case HALT: return bytecodes;
    }
  }
}

int main(int argc, char **argv) {
  unsigned locals[LOCALS] = {0};
  locals[LIMIT] = argc > 1 ? strtoul(argv[1], 0, 10) : 2000;
  unsigned bytecodes = run(assemble(), locals);
  printf("vm %u starts: %u bytecodes, %u steps, longest %u, %08x\n", locals[LIMIT], bytecodes, locals[TOTAL],
         locals[BEST], locals[CHECK]);
  return 0;
}
