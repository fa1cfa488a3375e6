// exceptions: C++ with its library: unwinding with destructors, catching by type, static and thread-local objects,
// streams.
#include <algorithm>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <vector>

struct Noisy {
  std::string name;
  explicit Noisy(std::string n) : name(n) { std::cout << "+" << name << " "; }
  ~Noisy() { std::cout << "-" << name << " "; }
};
struct Base {
  virtual ~Base() {}
  virtual int number() const { return 1; }
};
struct Derived : Base {
  int number() const override { return 2; }
};

static Noisy global("global");
thread_local std::string local = "thread-local";

static double descend(int n) {
  Noisy here("level" + std::to_string(n));
  if (n == 0) throw std::out_of_range("bottom");
  return descend(n - 1) + 1.5;
}

int main() {
  try {
    descend(3);
  } catch (std::exception &e) {
    std::cout << "caught " << e.what() << " " << (dynamic_cast<std::out_of_range *>(&e) != nullptr) << "\n";
  }
  try {
    try {
      throw 42;
    } catch (int i) {
      std::cout << "int " << i << "\n";
      throw;
    }
  } catch (...) {
    std::cout << "again\n";
  }
  try {
    std::vector<int>(3).at(7);
  } catch (const std::out_of_range &e) {
    std::cout << e.what() << "\n";
  }
  // Thrown often enough for all of that to be compiled.
  double sum = 0;
  for (int i = 0; i < 3000; i++) try {
      if (i % 3 == 0) throw std::runtime_error("x");
      if (i % 3 == 1) throw i * 0.5;
      sum += 1;
    } catch (double d) {
      sum += d;
    } catch (std::runtime_error &) {
      sum -= 0.25;
    }
  std::map<std::string, double> values;
  std::istringstream in("x 1.5 y 2.25 z -3e2");
  std::string key;
  for (double d; in >> key >> d;) values[key] = d;
  for (auto &[name, value] : values) std::cout << name << "=" << std::setprecision(12) << value << " ";
  std::cout << sum << std::fixed << " " << 3.14159265 << std::scientific << " " << 12345.678 << "\n";
  std::vector<std::unique_ptr<Base>> objects;
  objects.emplace_back(new Base);
  objects.emplace_back(new Derived);
  for (auto &object : objects) std::cout << object->number() << " " << typeid(*object).name() << " ";
  std::vector<std::string> words{"pear", "apple", "fig"};
  std::sort(words.begin(), words.end(), [](auto &a, auto &b) { return a.size() < b.size(); });
  for (auto &word : words) std::cout << word << " ";
  std::mutex mutex;
  std::lock_guard<std::mutex> guard(mutex);
  std::function<int(int)> fib = [&](int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); };
  std::cout << local << " " << fib(15) << std::endl;
  std::set_terminate([] {
    std::cout << "terminate" << std::endl;
    _Exit(5);
  });
  throw 1;
}
