#!/bin/sh
# A C compiler for newlib programs on MIPS: cc.sh mipsel|mips ARGUMENTS, as one gives them to gcc.
# Uses the newlib that newlib.sh has built, with start-up code and system calls of this folder (Linux o32).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=$1
shift
newlib=${PYDGIN_NEWLIB:-$HOME/.cache/pydgin-ts/newlib-mips}/$target
[ -f "$newlib/lib/libc.a" ] || { echo "cc.sh: $newlib/lib/libc.a is missing: run newlib.sh $target" >&2; exit 2; }
gcc=$target-linux-gnu-gcc
exec $gcc -mips32r2 -mabi=32 -mfp32 -mno-abicalls -fno-pic -G0 -U__linux__ -Ulinux -nostdinc \
  -isystem "$newlib/include" -isystem "$($gcc -print-file-name=include)" -ffile-prefix-map="$here"=. \
  -static -nostdlib -Wl,-no-warn-mismatch "$here/crt0.S" "$here/linux.c" "$@" \
  -L"$newlib/lib" -Wl,--start-group -lc -lm -lgcc -Wl,--end-group
