/* tiny.h: output without stdio, so that a test stays a few KiB and exercises only what it names.
 * put("text %d %u %x %08x %s %c %llx") writes through write(1, ...); all output of one call is one write. */
#ifndef TINY_H
#define TINY_H
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static char *tiny_number(char *end, uint64_t v, unsigned base) {
  do *--end = "0123456789abcdef"[v % base];
  while (v /= base);
  return end;
}

static void __attribute__((format(printf, 1, 2), unused)) put(const char *format, ...) {
  char out[512], digits[24], *o = out;
  va_list args;
  va_start(args, format);
  for (const char *f = format; *f && o < out + sizeof out - 80; f++) {
    if (*f != '%') {
      *o++ = *f;
      continue;
    }
    int zero = *++f == '0', width = 0, longs = 0;
    while (*f >= '0' && *f <= '9') width = width * 10 + *f++ - '0';
    while (*f == 'l') longs++, f++;
    char *end = digits + sizeof digits, *at = end;
    if (*f == 's') {
      const char *s = va_arg(args, const char *);
      size_t n = strnlen(s, 300);
      memcpy(o, s, n), o += n;
      continue;
    }
    if (*f == 'c') *--at = (char)va_arg(args, int);
    else if (*f == 'd') {
      int64_t v = longs > 1 ? va_arg(args, long long) : longs ? va_arg(args, long) : va_arg(args, int);
      at = tiny_number(end, v < 0 ? -(uint64_t)v : (uint64_t)v, 10);
      if (v < 0) *--at = '-';
    } else if (*f == 'u' || *f == 'x') {
      uint64_t v = longs > 1 ? va_arg(args, unsigned long long) : longs ? va_arg(args, unsigned long) : va_arg(args, unsigned);
      at = tiny_number(end, v, *f == 'u' ? 10 : 16);
    } else *--at = *f; /* %% */
    while (end - at < width && at > digits) *--at = zero ? '0' : ' ';
    memcpy(o, at, (size_t)(end - at)), o += end - at;
  }
  va_end(args);
  for (const char *p = out; p < o;) {
    long n = write(1, p, (size_t)(o - p));
    if (n <= 0) _exit(99);
    p += n;
  }
}
#endif
