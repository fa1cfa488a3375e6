#!/bin/sh
# Rebuilds every test program: test-binaries/build.sh [name ...]
# In: src/ (C programs any ISA can be given) and src/arm/ (ARM only). Out: *.elf beside this script, debug information
# stripped, symbols kept. Needs Debian's gcc-arm-none-eabi and libnewlib-arm-none-eabi.
set -eu
cd "$(dirname "$0")"
only=" $* "

WARN='-std=gnu11 -Wall -Wextra -Wno-infinite-recursion -Wno-format-truncation -Wno-stringop-truncation -Wno-maybe-uninitialized -Wno-nonnull'
SMALL='-ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--strip-debug'
ARM='-O2 -marm -march=armv5te'
THUMB='-O2 -mthumb -march=armv5te'

build() { # name, compiler arguments
  name=$1
  shift
  case "$only" in '  ' | *" $name "*) ;; *) return 0 ;; esac
  arm-none-eabi-gcc $WARN $SMALL "$@" -o "$name.elf"
}
linux() { # name, sources and options: newlib with Linux system calls
  name=$1
  shift
  build "$name" $ARM -specs=linux.specs "$@" src/shim.c -lm
}
semi() { # the same with semihosting, which needs no shim
  name=$1
  shift
  build "$name" $ARM -specs=rdimon.specs "$@" -lm
}
bare() { # no C library
  name=$1
  shift
  build "$name" $ARM -nostdlib -ffreestanding -fno-builtin "$@"
}

for program in args bigswitch bytes_out calendar cat constructors divzero errnos exit_order fileio heap hello int32 \
  int64 libm malloc_heavy pointers posixio printf_all recursion scanf_all setjmp signals softfloat sorting statstruct \
  stdin_lines stdio_modes strings times unaligned varargs; do
  linux $program src/$program.c
done

# Semihosting: the crt0 differs, so do constructors, argv and files.
for program in args constructors fileio hello malloc_heavy stdin_lines; do semi semi_$program src/$program.c; done

# ARM and Thumb.
for program in coroutines faults insn_alu insn_mem insn_mul insn_status insn_thumb selfmod; do
  linux $program -mthumb-interwork src/arm/$program.c
done
linux insn_branch -mthumb-interwork -Wl,--use-blx src/arm/insn_branch.c
object=$(mktemp --suffix=.o)
trap 'rm -f "$object"' EXIT
arm-none-eabi-gcc $WARN $THUMB -mthumb-interwork -c src/arm/interwork_thumb.c -o "$object"
linux interwork -mthumb-interwork -Wl,--use-blx src/arm/interwork.c "$object"
linux interwork_veneers -mthumb-interwork src/arm/interwork.c "$object" # calls change state in the linker's veneers

# One source, Thumb code: with ARM newlib, with Thumb newlib (svc NN), with Thumb semihosting (svc 0xAB), and in ARM.
arm-none-eabi-gcc $WARN $THUMB -mthumb-interwork -c src/arm/thumb_program.c -o "$object"
linux thumb_program "$object"
build thumb_linux $THUMB -specs=linux.specs src/arm/thumb_program.c src/shim.c
build thumb_semi $THUMB -specs=rdimon.specs src/arm/thumb_program.c
linux thumb_as_arm src/arm/thumb_program.c

# No C library.
bare eabi_hello src/arm/eabi_hello.S
bare selfmod_text src/arm/selfmod_text.S
bare syscalls_eabi src/arm/syscalls.c
bare syscalls_oabi -DOABI src/arm/syscalls.c
bare semi_ops src/arm/semi_ops.c
build semi_ops_thumb $THUMB -nostdlib -ffreestanding -fno-builtin src/arm/semi_ops.c

echo "$(ls ./*.elf | wc -l) programs, $(du -ck ./*.elf | tail -1 | cut -f1) KiB"
