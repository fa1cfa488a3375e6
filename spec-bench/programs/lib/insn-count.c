/*
 * A qemu TCG plugin that counts executed guest instructions: qemu-arm -plugin libinsn-count.so,out=FILE program.
 * The few declarations it needs stand here because Debian's qemu-user carries no plugin header. The count goes to a
 * file opened at start, since newlib programs close descriptor 2 before they exit. Instructions are added a translation
 * block at a time, so a block left early by a fault counts whole.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
typedef void (*tb_trans_callback)(plugin_id id, struct qemu_plugin_tb *tb);
typedef void (*exit_callback)(plugin_id id, void *data);

enum { INLINE_ADD_U64 = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, tb_trans_callback callback);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *where, uint64_t amount);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_callback callback, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);

int qemu_plugin_version = 1;

static uint64_t executed;
static FILE *report;

static void on_translate(plugin_id id, struct qemu_plugin_tb *tb) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(tb, INLINE_ADD_U64, &executed, qemu_plugin_tb_n_insns(tb));
}

static void at_end(plugin_id id, void *data) {
  (void)id;
  (void)data;
  fprintf(report, "%" PRIu64 "\n", executed);
  fclose(report);
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
  (void)info;
  if (argc != 1 || strncmp(argv[0], "out=", 4) != 0) return -1;
  report = fopen(argv[0] + 4, "w");
  if (!report) return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
  qemu_plugin_register_atexit_cb(id, at_end, NULL);
  return 0;
}
