// cplusplus: static objects, virtual calls, multiple inheritance, templates, lambdas, exceptions through several frames
// with destructors on the way, dynamic_cast. Semihosting only: the crt0 for linux.specs runs no constructors.
#include <stdio.h>

namespace {
struct Tracer {
  const char *name;
  explicit Tracer(const char *n) : name(n) { printf("+%s\n", name); }
  ~Tracer() { printf("-%s\n", name); }
};
Tracer global("global");

struct Shape {
  virtual ~Shape() {}
  virtual int area() const = 0;
};
struct Named {
  virtual ~Named() {}
  virtual const char *title() const { return "nameless"; }
};
struct Square : Shape, Named {
  int side;
  explicit Square(int s) : side(s) {}
  int area() const override { return side * side; }
  const char *title() const override { return "square"; }
};
struct Strip : Square {
  explicit Strip(int s) : Square(s) {}
  int area() const override { return Square::area() / 2; }
};

template <typename T, int N>
struct Stack {
  T items[N];
  int count = 0;
  void push(T item) {
    if (count == N) throw N;
    items[count++] = item;
  }
};

int __attribute__((noinline)) deep(int n) {
  Tracer t(n & 1 ? "odd" : "even");
  if (n == 0) throw Square(7);
  return deep(n - 1) + 1;
}
}  // namespace

int main() {
  Tracer local("local");
  Square square(5);
  Strip strip(6);
  const Shape *shapes[] = {&square, &strip};
  for (const Shape *s : shapes) printf("%d %s\n", s->area(), dynamic_cast<const Named *>(s)->title());
  printf("%d\n", dynamic_cast<const Strip *>(shapes[0]) != nullptr);
  Stack<long long, 3> stack;
  try {
    for (int i = 0; i < 10; i++) stack.push(i * 1000000000000LL);
  } catch (int limit) {
    printf("full at %d, top %ld million\n", limit, static_cast<long>(stack.items[2] / 1000000));
  }
  int calls = 0;
  auto again = [&](int by) { return calls += by; };
  again(2), again(3);
  try {
    deep(3);
  } catch (const Shape &s) {
    printf("caught area %d\n", s.area());
  }
  int caught = 0;
  for (int i = 0; i < 200; i++) {
    try {
      if (i % 3 == 0) throw i;
      if (i % 3 == 1) throw "text";
    } catch (int n) {
      caught += n;
    } catch (const char *) {
      caught++;
    }
  }
  printf("calls %d caught %d\n", calls, caught);
  return calls;
}
