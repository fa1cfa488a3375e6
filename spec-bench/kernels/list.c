/* list: dependent loads. Builds linked lists with malloc, merge-sorts, reverses, searches and unlinks; argv[1] =
 * number of rounds. */
#include <stdio.h>
#include <stdlib.h>

struct node {
  struct node *next;
  unsigned value;
};

static struct node *build(unsigned count, unsigned seed) {
  struct node *head = 0;
  for (unsigned i = 0; i < count; i++) {
    struct node *n = malloc(sizeof *n);
    if (!n) exit(2);
    seed = seed * 1664525u + 1013904223u;
    n->value = seed >> 12;
    n->next = head;
    head = n;
  }
  return head;
}

static struct node *merge(struct node *a, struct node *b) {
  struct node first, *tail = &first;
  while (a && b) {
    struct node **least = a->value <= b->value ? &a : &b;
    tail = tail->next = *least;
    *least = (*least)->next;
  }
  tail->next = a ? a : b;
  return first.next;
}

static struct node *sort(struct node *list) {
  if (!list || !list->next) return list;
  struct node *slow = list, *fast = list->next;
  while (fast && fast->next) slow = slow->next, fast = fast->next->next;
  struct node *half = slow->next;
  slow->next = 0;
  return merge(sort(list), sort(half));
}

static struct node *reverse(struct node *list) {
  struct node *done = 0;
  while (list) {
    struct node *next = list->next;
    list->next = done;
    done = list, list = next;
  }
  return done;
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 20, check = 0;
  for (unsigned r = 0; r < rounds; r++) {
    struct node *list = sort(build(3000, r + 1));
    unsigned i = 0;
    for (struct node *n = list; n->next; n = n->next)
      if (n->value > n->next->value) return printf("list out of order\n"), 1;
    for (unsigned want = 0; want < 20; want++) { /* linear searches */
      struct node *n = list;
      while (n && n->value < want << 15) n = n->next;
      check = check * 31 + (n ? n->value : 0);
    }
    list = reverse(list);
    for (struct node **at = &list; *at;) { /* unlink every third node */
      struct node *n = *at;
      if (i++ % 3 == 0) *at = n->next, free(n);
      else at = &n->next;
    }
    for (struct node *n = list, *next; n; n = next) next = n->next, check = check * 17 + n->value, free(n);
  }
  printf("list %u rounds: %08x\n", rounds, check);
  return 0;
}
