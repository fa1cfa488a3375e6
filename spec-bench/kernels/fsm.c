/* fsm: data-dependent branches and table look-ups. Tokenizes generated program text (identifiers, decimal, hex and
 * floating numbers, strings with escapes, comments, operators) one byte at a time, once with a switch and once with
 * a transition table; argv[1] = number of rounds. */
#include <stdio.h>
#include <stdlib.h>

enum state { START, WORD, ZERO, NUMBER, HEX, POINT, EXPONENT, EXP_DIGITS, STRING, ESCAPE, SLASH, LINE, BLOCK, STAR, STATES };
enum token { T_WORD, T_NUMBER, T_FLOAT, T_STRING, T_COMMENT, T_OPERATOR, T_ERROR, TOKENS };
enum class { C_SPACE, C_LETTER, C_E, C_X, C_ZERO, C_DIGIT, C_QUOTE, C_BACKSLASH, C_SLASH, C_STAR, C_DOT, C_NEWLINE, C_OTHER, CLASSES };

static char text[16384];
static unsigned char class_of[256], table[STATES][CLASSES];
static unsigned tokens[TOKENS];
static unsigned seed = 99;
static unsigned next(void) { return (seed = seed * 1664525u + 1013904223u) >> 15; }

static unsigned put(unsigned at, const char *s) {
  while (*s) text[at++] = *s++;
  return at;
}

static void generate(void) {
  static const char *const pieces[] = {"while", "x1", "return_value", "0x1fe", "0", "1234", "3.25", "1e10", "6.02e23",
                                       "\"text \\\" end\"", "/* a * comment */", "// line\n", "+", "<<", "(", "e0", "/", "9q"};
  unsigned n = 0;
  while (n < sizeof text - 40) {
    n = put(n, pieces[next() % (sizeof pieces / sizeof *pieces)]);
    text[n++] = next() % 5 ? ' ' : '\n';
  }
  text[n] = 0;
}

static enum class classify(unsigned char c) {
  if (c == '\n') return C_NEWLINE;
  if (c <= ' ') return C_SPACE;
  if (c == 'e' || c == 'E') return C_E;
  if (c == 'x') return C_X;
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return C_LETTER;
  if (c == '0') return C_ZERO;
  if (c >= '1' && c <= '9') return C_DIGIT;
  if (c == '"') return C_QUOTE;
  if (c == '\\') return C_BACKSLASH;
  if (c == '/') return C_SLASH;
  if (c == '*') return C_STAR;
  return c == '.' ? C_DOT : C_OTHER;
}

#define END 0x80 /* the token ends before this byte */
static unsigned ended(enum token t) { return END | t; }

/* The next state, or ended(token). */
static unsigned transition(enum state s, enum class c) {
  int letter = c == C_LETTER || c == C_E || c == C_X, digit = c == C_ZERO || c == C_DIGIT;
  switch (s) {
    case START:
      if (letter) return WORD;
      if (c == C_ZERO) return ZERO;
      if (c == C_DIGIT) return NUMBER;
      if (c == C_QUOTE) return STRING;
      if (c == C_SLASH) return SLASH;
      return START;
    case WORD: return letter || digit ? WORD : ended(T_WORD);
    case ZERO:
      if (c == C_X) return HEX; /* falls through */
    case NUMBER:
      if (digit) return NUMBER;
      if (c == C_DOT) return POINT;
      if (c == C_E) return EXPONENT;
      return letter ? ended(T_ERROR) : ended(T_NUMBER);
    case HEX: return letter || digit ? HEX : ended(T_NUMBER);
    case POINT: return digit ? POINT : c == C_E ? EXPONENT : ended(T_FLOAT);
    case EXPONENT: return digit ? EXP_DIGITS : ended(T_ERROR);
    case EXP_DIGITS: return digit ? EXP_DIGITS : ended(T_FLOAT);
    case STRING: return c == C_BACKSLASH ? ESCAPE : c == C_QUOTE ? ended(T_STRING) : STRING;
    case ESCAPE: return STRING;
    case SLASH: return c == C_SLASH ? LINE : c == C_STAR ? BLOCK : ended(T_OPERATOR);
    case LINE: return c == C_NEWLINE ? ended(T_COMMENT) : LINE;
    case BLOCK: return c == C_STAR ? STAR : BLOCK;
    case STAR: return c == C_SLASH ? ended(T_COMMENT) : c == C_STAR ? STAR : BLOCK;
    default: return START;
  }
}

static unsigned scan(int by_table) {
  enum state s = START;
  unsigned hash = 0;
  for (const char *p = text; *p; p++) {
    unsigned to = by_table ? table[s][class_of[(unsigned char)*p]] : transition(s, classify((unsigned char)*p));
    if (to & END) {
      tokens[to & ~END]++;
      hash = hash * 31 + to + (unsigned)s;
      s = START;
    } else {
      if (s == START && to == START && *p > ' ') tokens[T_OPERATOR]++;
      s = (enum state)to;
    }
  }
  return hash;
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 20, check = 0;
  for (int c = 0; c < 256; c++) class_of[c] = (unsigned char)classify((unsigned char)c);
  for (int s = 0; s < STATES; s++)
    for (int c = 0; c < CLASSES; c++) table[s][c] = (unsigned char)transition((enum state)s, (enum class)c);
  generate();
  for (unsigned r = 0; r < rounds; r++) {
    unsigned slow = scan(0), fast = scan(1);
    if (slow != fast) return printf("scanners disagree\n"), 1;
    check = check * 17 + slow;
    text[(r * 131) % 16000] ^= text[(r * 131) % 16000] >= 'a' ? 2 : 0;
  }
  printf("fsm %u rounds:", rounds);
  for (int t = 0; t < TOKENS; t++) printf(" %u", tokens[t]);
  printf(" %08x\n", check);
  return 0;
}
