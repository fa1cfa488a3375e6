# Shared by every recipe in this folder; sourced by build.sh, never run by itself.
# Goes in: TARGET (see select_target) and PYDGIN_BENCH_DIR, the work directory outside the repository.
# Comes out: CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS, LIBS and EXE for that target, and the functions recipes are made of:
# fetch_source, compile, link_program, say, skip. A recipe's body names no target, so a new machine is one more case here.

PROGRAMS=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
BENCH_DIR=${PYDGIN_BENCH_DIR:-${HOME:?set HOME or PYDGIN_BENCH_DIR}/.cache/pydgin-ts/spec-bench}
mkdir -p "$BENCH_DIR" && BENCH_DIR=$(CDPATH= cd -- "$BENCH_DIR" && pwd) || exit 1
DOWNLOADS=$BENCH_DIR/downloads
APT_STATE=$BENCH_DIR/apt
DEBIAN_MIRROR=${PYDGIN_DEBIAN_MIRROR:-http://deb.debian.org/debian}
DEBIAN_SUITE=${PYDGIN_DEBIAN_SUITE:-bookworm}

case $PROGRAMS$BENCH_DIR in
  *[[:space:]]*) printf '%s\n' 'spec-bench: paths with spaces do not work: set PYDGIN_BENCH_DIR to one without' >&2; exit 2 ;;
esac

say() { printf '%s\n' "spec-bench: $*" >&2; }

# Exit status 3 tells build.sh that this program can't be had here, which is a report and not a failure of the recipe.
skip() {
  say "skipped: $*"
  printf '%s\n' "$*" >"$REASON_FILE"
  exit 3
}

fail() {
  say "failed: $*"
  printf '%s\n' "$*" >"$REASON_FILE"
  exit 1
}

# Every variable of a case may be overridden from outside as PYDGIN_CC and so on, for toolchains with other names.
# Newlib on MIPS has no Debian toolchain; a bare-metal gcc with a Linux system-call libgloss can be given that way.
select_target() {
  arm='-march=armv5te -marm'
  case $TARGET in
    arm-newlib)    cross=arm-none-eabi-     machine=$arm          libc=newlib ;;
    arm-glibc)     cross=arm-linux-gnueabi- machine=$arm          libc=glibc ;;
    mipsel-newlib) cross=mipsel-elf-        machine='-mips32r2'   libc=newlib ;;
    mipsel-glibc)  cross=mipsel-linux-gnu-  machine='-mips32r2'   libc=glibc ;;
    mips-glibc)    cross=mips-linux-gnu-    machine='-mips32r2'   libc=glibc ;;
    *) say "unknown target '$TARGET': use arm-newlib, arm-glibc, mipsel-newlib, mipsel-glibc or mips-glibc"; exit 2 ;;
  esac
  case $TARGET in
    arm-*) QEMU=qemu-arm ;;
    mipsel-*) QEMU=qemu-mipsel ;;
    mips-*) QEMU=qemu-mips ;;
  esac
  CC=${PYDGIN_CC:-${cross}gcc}
  CXX=${PYDGIN_CXX:-${cross}g++}
  # -fcommon and gnu89 inline belong to recipes; here is only what all programs of one target share.
  # Paths are mapped away so that every checkout makes the same binary.
  CFLAGS="-O2 -g0 -w $machine -ffile-prefix-map=$BENCH_DIR=. -ffile-prefix-map=$PROGRAMS=. ${PYDGIN_CFLAGS:-}"
  CXXFLAGS=$CFLAGS
  if [ "$libc" = newlib ]; then
    LDFLAGS="-specs=${PYDGIN_SPECS:-linux.specs} -Wl,--wrap=main ${PYDGIN_LDFLAGS:-}"
    SHIMS="$PROGRAMS/lib/newlib-shim.c"
  else
    LDFLAGS="-static ${PYDGIN_LDFLAGS:-}"
    SHIMS=
  fi
  LIBS=-lm
}

need_compiler() {
  command -v "$CC" >/dev/null 2>&1 || skip "$CC is not installed (target $TARGET)"
}

need_cxx() {
  command -v "$CXX" >/dev/null 2>&1 || skip "$CXX is not installed (target $TARGET)"
}

# A private apt state, so that no root rights are needed and the host's sources.list stays as it is.
apt_private() {
  mkdir -p "$APT_STATE/lists/partial" "$APT_STATE/cache/archives/partial"
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  if [ ! -f "$key" ]; then skip "$key is missing: install debian-archive-keyring"; fi
  printf 'deb-src [signed-by=%s] %s %s main\n' "$key" "$DEBIAN_MIRROR" "$DEBIAN_SUITE" >"$APT_STATE/sources.list"
  apt_command=$1
  shift
  "$apt_command" -q -o Dir::Etc::sourcelist="$APT_STATE/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$APT_STATE/lists" -o Dir::Cache="$APT_STATE/cache" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@"
}

update_index() {
  say "reading the source index of $DEBIAN_SUITE"
  apt_private apt-get update --error-on=any >"$DOWNLOADS/apt.log" 2>&1 && : >"$APT_STATE/updated"
}

download_source() {
  (cd "$DOWNLOADS/$1" && apt_private apt-get source --tar-only --only-source --download-only "$1") >"$DOWNLOADS/apt.log" 2>&1
}

# fetch_source PACKAGE: unpack the upstream tarball of a Debian source package and set SRC to its folder.
# Only the upstream part is taken (apt checks its hash): Debian's patches change with each security update, and with
# them the instruction counts that runs are compared by.
fetch_source() {
  package=$1
  unpacked=$BENCH_DIR/src/$package
  if [ ! -f "$unpacked/.unpacked" ]; then
    command -v apt-get >/dev/null 2>&1 || skip "apt-get is not installed: sources come from Debian's archive"
    mkdir -p "$DOWNLOADS/$package" "$BENCH_DIR/src"
    set -- "$DOWNLOADS/$package/${package}_"*.orig.tar.*
    if [ ! -f "$1" ]; then
      say "fetching the source of $package"
      # A stored index may name files the archive has since replaced, so a failure is tried again with a fresh one.
      { [ -f "$APT_STATE/updated" ] && download_source "$package"; } ||
        { update_index && download_source "$package"; } ||
        skip "cannot fetch the source of $package: $(grep -m1 '^[EW]:' "$DOWNLOADS/apt.log" || echo "see $DOWNLOADS/apt.log")"
      set -- "$DOWNLOADS/$package/${package}_"*.orig.tar.*
      [ -f "$1" ] || skip "apt-get source $package left no upstream tarball (see $DOWNLOADS/apt.log)"
    fi
    for tarball in "$@"; do
      case $tarball in *.asc) ;; *) break ;; esac
    done
    say "unpacking $(basename "$tarball")"
    rm -rf "$unpacked" "$unpacked.part"
    mkdir -p "$unpacked.part"
    tar -xf "$tarball" -C "$unpacked.part" --strip-components=1 || fail "cannot unpack $tarball"
    : >"$unpacked.part/.unpacked"
    mv "$unpacked.part" "$unpacked"
  fi
  # A build may edit its copy, so each target gets its own; the pristine one stays.
  SRC=$OUT/src/$package
  mkdir -p "$OUT/src"
  cp -R "$unpacked" "$SRC"
}

# compile [FLAGS] FILE…: every C or C++ file to an object of its own below $OUT/obj, one at a time.
# Flags come first; the objects are collected for link_program. A failing compiler ends the recipe.
compile() {
  flags=
  while [ $# -gt 0 ]; do
    case $1 in -*) flags="$flags $1"; shift ;; *) break ;; esac
  done
  mkdir -p "$OUT/obj"
  for file in "$@"; do
    object=$OUT/obj/$(printf %s "$file" | sed "s|^$OUT/||;s|^$PROGRAMS/||" | tr / _).o
    case $file in
      *.cc | *.cpp | *.cxx) nice -n 10 $CXX $CXXFLAGS $flags -c "$file" -o "$object" || fail "$CXX $file" ;;
      *) nice -n 10 $CC $CFLAGS $flags -c "$file" -o "$object" || fail "$CC $file" ;;
    esac
    OBJECTS="$OBJECTS $object"
  done
}

# Programs that seed a generator from the clock get one clock and one generator on every target and C library.
fixed_time_and_rand() {
  compile "$PROGRAMS/lib/fixed-time-and-rand.c"
  for function in time gettimeofday clock getpid rand srand random srandom; do
    LDFLAGS="$LDFLAGS -Wl,--wrap=$function"
  done
}

# link_program [FLAGS]: $OBJECTS and the target's shims to $EXE. LINKER is $CXX for a C++ recipe.
link_program() {
  for shim in $SHIMS; do compile "$shim"; done
  nice -n 10 ${LINKER:-$CC} $CFLAGS $OBJECTS $LDFLAGS "$@" $LIBS -o "$EXE.part" || fail "${LINKER:-$CC} -o $EXE"
  mv "$EXE.part" "$EXE"
}
