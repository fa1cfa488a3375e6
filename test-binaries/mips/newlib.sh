#!/bin/sh
# Builds newlib for MIPS, which Debian packages for no MIPS: test-binaries/mips/newlib.sh [mipsel] [mips]
# In: the source package `newlib` from Debian's archive, gcc-mipsel-linux-gnu or gcc-mips-linux-gnu as compiler. Out:
# $PYDGIN_NEWLIB (default ~/.cache/pydgin-ts/newlib-mips)/<target>/{include,lib}. Takes some minutes.
set -eu
work=${PYDGIN_NEWLIB:-$HOME/.cache/pydgin-ts/newlib-mips}
mirror=${PYDGIN_DEBIAN_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"

if [ ! -d "$work/source" ]; then
  # A private apt state: no root rights needed, the host's own stays as it is.
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$work/apt/sources.list"
  private() {
    (cd "$work" && "$@" -q -o Dir::Etc::sourcelist="$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
      -o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User="$(id -un)" \
      -o Acquire::Languages=none)
  }
  private apt-get update >"$work/apt.log"
  private apt-get source --tar-only --download-only newlib >>"$work/apt.log"
  mkdir "$work/source.part"
  tar -xf "$(ls "$work"/newlib_*.orig.tar.* | head -1)" -C "$work/source.part" --strip-components=1
  mv "$work/source.part" "$work/source"
fi

for target in ${@:-mipsel mips}; do
  build=$work/build-$target
  rm -rf "$build" && mkdir -p "$build"
  # What the Linux compiler adds for Linux is taken back: position-independent code, system headers and macros.
  flags='-mips32r2 -mabi=32 -mfp32 -mno-abicalls -fno-pic -G0 -O2 -ffunction-sections -fdata-sections -w -U__linux__ -Ulinux'
  (
    cd "$build"
    CC="$target-linux-gnu-gcc" CFLAGS="$flags" AR="$target-linux-gnu-ar" AS="$target-linux-gnu-as" \
      RANLIB="$target-linux-gnu-ranlib" "$work/source/newlib/configure" --host="$target-elf" --build=x86_64-linux-gnu \
      --prefix="$work/$target" --disable-multilib --disable-newlib-supplied-syscalls --enable-newlib-io-long-long \
      --enable-newlib-io-c99-formats --enable-newlib-reent-check-verify >"$build/log" 2>&1
    nice make >>"$build/log" 2>&1
    nice make install >>"$build/log" 2>&1
  ) || { tail -20 "$build/log" >&2; exit 1; }
  # Installed below the host's name, or the prefix itself.
  [ -d "$work/$target/$target-elf" ] && cp -R "$work/$target/$target-elf/." "$work/$target/"
  echo "$target: $(du -sh "$work/$target/lib" | cut -f1)"
done
