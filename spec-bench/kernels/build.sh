#!/bin/sh
# Builds the kernels: spec-bench/kernels/build.sh [arm|mipsel|mips ...]   (default: all)
# Input: *.c beside this script. Output: <target>/<kernel>.elf, symbols kept, debug information stripped.
# Needs, for arm: Debian's gcc-arm-none-eabi and libnewlib-arm-none-eabi; for mipsel and mips: gcc-mipsel-linux-gnu and
# gcc-mips-linux-gnu, and newlib as test-binaries/mips/newlib.sh builds it.
set -eu
cd "$(dirname "$0")"

COMMON='-O2 -std=gnu11 -Wall -Wextra -Werror -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--strip-debug'

# A target is a compiler with its options and what the C library lacks.
compiler() {
  case "$1" in
    arm) echo "arm-none-eabi-gcc $COMMON -marm -march=armv5te -specs=linux.specs shim.c" ;;
    mipsel | mips) echo "../../test-binaries/mips/cc.sh $1 $COMMON" ;;
    *) echo "build.sh: unknown target '$1' (known: arm, mipsel, mips)" >&2; exit 2 ;;
  esac
}

for target in ${@:-arm mipsel mips}; do
  cc=$(compiler "$target")
  mkdir -p "$target"
  for source in *.c; do
    [ "$source" = shim.c ] && continue
    $cc "$source" -o "$target/${source%.c}.elf"
  done
  echo "$target: $(ls "$target" | wc -l) kernels, $(du -sk "$target" | cut -f1) KiB"
done
