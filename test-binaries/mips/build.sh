#!/bin/sh
# Rebuilds the MIPS programs: test-binaries/mips/build.sh [mipsel] [mips]
# In: ../src (programs any ISA can be given) and src/ (MIPS only). Out: <target>/*.elf, debug information stripped. Most are
# linked with newlib (newlib.sh, cc.sh), glibc_* statically with Debian's glibc, idt_* with the IDT monitor's entry points.
set -eu
cd "$(dirname "$0")"
WARN='-std=gnu11 -w'
SMALL='-O2 -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--strip-debug'
NEWLIB='args bigswitch bytes_out cat constructors errnos exit_order fileio heap hello int32 int64 libm pointers printf_all
  recursion scanf_all setjmp softfloat sorting stdin_lines stdio_modes strings times varargs'

for target in ${@:-mipsel mips}; do
  mkdir -p "$target"
  for program in $NEWLIB; do ./cc.sh "$target" $WARN $SMALL "../src/$program.c" -o "$target/$program.elf"; done
  for program in fpu tls selfmod; do ./cc.sh "$target" $WARN $SMALL "src/$program.c" -o "$target/$program.elf"; done
  gcc=$target-linux-gnu-gcc
  $gcc $WARN $SMALL -s -static ../src/posixio.c -o "$target/glibc_posixio.elf"
  $gcc -O2 -mips32r2 -mno-abicalls -fno-pic -G0 -ffreestanding -nostdlib -static -Wl,-Ttext=0x80020000 -Wl,-e,_start \
    -Wl,--build-id=none -Wl,--strip-debug src/idt.c -o "$target/idt.elf"
  echo "$target: $(ls "$target" | wc -l) programs, $(du -sk "$target" | cut -f1) KiB"
done
