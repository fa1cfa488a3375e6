#!/bin/sh
# Rebuilds every test program: test-binaries/build.sh [name ...]
# In: src/ (C programs any ISA can be given) and src/arm/ (ARM only). Out: *.elf beside this script, debug information
# stripped, symbols kept. Needs Debian's gcc-arm-none-eabi, libstdc++-arm-none-eabi-newlib and, for refused/,
# gcc, gcc-arm-linux-gnueabi and gcc-mipsel-linux-gnu.
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
for program in args constructors fileio hello malloc_heavy signals stdin_lines; do semi semi_$program src/$program.c; done

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
bare fault_handlers src/arm/fault_handlers.c
bare syscalls_eabi src/arm/syscalls.c
bare syscalls_oabi -DOABI src/arm/syscalls.c
bare semi_ops src/arm/semi_ops.c
build semi_ops_thumb $THUMB -nostdlib -ffreestanding -fno-builtin src/arm/semi_ops.c

bare kuser src/arm/kuser.S

# An ELF file without section headers (the loader may not need any): e_shoff, e_shnum and e_shstrndx set to 0.
bare no_sections src/arm/eabi_hello.S
case "$only" in
  '  ' | *' no_sections '*)
    arm-none-eabi-objcopy --strip-all no_sections.elf
    for at in 32 33 34 35 48 49 50 51; do printf '\000' | dd of=no_sections.elf bs=1 seek="$at" conv=notrunc status=none; done
    ;;
esac

# C++ (semihosting, whose crt0 runs constructors).
case "$only" in
  '  ' | *' cplusplus '*) arm-none-eabi-g++ -Wall -Wextra $SMALL $ARM -specs=rdimon.specs src/cplusplus.cpp -o cplusplus.elf ;;
esac

# Files to be refused, each for one reason.
case "$only" in
  '  ' | *' refused '*)
    mkdir -p refused
    least='-O2 -nostdlib -ffreestanding src/refused.c -o'
    arm-none-eabi-gcc -c src/refused.c -o refused/relocatable.elf
    arm-none-eabi-gcc -mbig-endian $least refused/big_endian.elf
    arm-linux-gnueabi-gcc -fpie -pie -Wl,--dynamic-linker=/lib/ld-linux.so.3 $least refused/dynamic.elf
    arm-linux-gnueabi-gcc -fpic -shared $least refused/shared_library.elf
    mipsel-linux-gnu-gcc -static -fno-pic -mno-abicalls $least refused/mips.elf
    gcc -static $least refused/x86_64.elf
    strip -s refused/x86_64.elf
    ;;
esac

echo "$(ls ./*.elf | wc -l) programs, $(du -ck ./*.elf | tail -1 | cut -f1) KiB"
