#!/bin/sh
# Builds the SPEC CINT2006 stand-ins: fetches each source, cross-compiles it statically, makes its inputs.
# usage: build.sh [NAME…] [--target T] [--force] [--list]
# Results: $PYDGIN_BENCH_DIR/build/TARGET/NAME/NAME.elf and $PYDGIN_BENCH_DIR/inputs/NAME/*; both are kept and reused.
# Without --target each program is built for the first of its program.json "targets". Exit status 1: a build failed.

. "$(dirname -- "$0")/common.sh"

usage() {
  sed -n '2,5s/^# //p' "$0"
  printf '%s\n' 'NAME is a folder (401.bzip2), its number (401) or its name (bzip2); none means all twelve.' \
    'Targets: arm-newlib arm-glibc mipsel-newlib mipsel-glibc mips-glibc; "--target all-arm" builds for every ARM target listed.'
}

names= wanted_target= force=
while [ $# -gt 0 ]; do
  case $1 in
    --target) [ $# -ge 2 ] || { say '--target needs a value'; exit 2; }; wanted_target=$2; shift ;;
    --target=*) wanted_target=${1#--target=} ;;
    --force) force=1 ;;
    --list) for d in "$PROGRAMS"/[0-9]*/; do basename "$d"; done; exit 0 ;;
    -h | --help) usage; exit 0 ;;
    -*) say "unknown option $1"; usage >&2; exit 2 ;;
    *)
      found=
      for d in "$PROGRAMS"/[0-9]*/; do
        n=$(basename "$d")
        if [ "$1" = "$n" ] || [ "$1" = "${n%%.*}" ] || [ "$1" = "${n#*.}" ]; then found=$n; fi
      done
      [ -n "$found" ] || { say "no program '$1': --list shows them"; exit 2; }
      names="$names $found" ;;
  esac
  shift
done
[ -n "$names" ] || names=$(for d in "$PROGRAMS"/[0-9]*/; do basename "$d"; done)

# The manifests are read by node so that they need no second, shell-readable form.
json() { node -e 'const p=JSON.parse(require("fs").readFileSync(process.argv[1],"utf8"));console.log([].concat(p[process.argv[2]]).join(" "))' "$1" "$2"; }

say "work directory $BENCH_DIR"
built= kept= skipped= failed=
for NAME in $names; do
  RECIPE=$PROGRAMS/$NAME
  INPUTS=$BENCH_DIR/inputs/$NAME
  mkdir -p "$INPUTS"
  # Inputs don't depend on the target: the same bytes go to every machine.
  if [ -f "$RECIPE/workload.mjs" ]; then
    stamp=$({ cat "$PROGRAMS"/lib/*.mjs; find "$RECIPE" -type f ! -name '*.json' ! -name '*.md' ! -name '*.sh' | LC_ALL=C sort | xargs cat; } | cksum)
    if [ -n "$force" ] || [ "$(cat "$INPUTS/stamp" 2>/dev/null)" != "$stamp" ]; then
      say "$NAME: making inputs"
      rm -f "$INPUTS"/*
      node "$RECIPE/workload.mjs" "$INPUTS" && printf '%s\n' "$stamp" >"$INPUTS/stamp"
      if [ $? -ne 0 ]; then failed="$failed $NAME/inputs"; continue; fi
    fi
  fi
  targets=$(json "$RECIPE/program.json" targets)
  case $wanted_target in
    '') chosen=${targets%% *} ;;
    all-arm) chosen=$(printf '%s\n' $targets | grep '^arm-') ;;
    *) chosen=$wanted_target ;;
  esac
  for TARGET in $chosen; do
    select_target
    OUT=$BENCH_DIR/build/$TARGET/$NAME
    EXE=$OUT/$NAME.elf
    REASON_FILE=$BENCH_DIR/reason.$$
    # What was built from what: an edited recipe, shim or compiler makes a new stamp and so a new build.
    stamp=$({ $CC --version 2>/dev/null | head -1; printf '%s\n' "$CC $CXX $CFLAGS $LDFLAGS"
      cat "$PROGRAMS/common.sh" "$PROGRAMS"/lib/*.c; find "$RECIPE" -type f ! -name '*.json' ! -name '*.mjs' ! -name '*.md' | LC_ALL=C sort | xargs cat; } | cksum)
    if [ -z "$force" ] && [ -f "$EXE" ] && [ "$(cat "$OUT/stamp" 2>/dev/null)" = "$stamp" ]; then
      say "$NAME ($TARGET): already built"
      kept="$kept $NAME/$TARGET"
      continue
    fi
    say "$NAME ($TARGET): building"
    rm -rf "$OUT"
    mkdir -p "$OUT"
    rm -f "$REASON_FILE"
    begin=$(date +%s)
    # A subshell, so that a recipe may cd, exit and define what it likes.
    (
      set -e
      OBJECTS= LINKER=
      need_compiler
      . "$RECIPE/recipe.sh"
    ) >"$OUT/build.log" 2>&1
    status=$?
    if [ $status -eq 0 ] && [ -f "$EXE" ]; then
      printf '%s\n' "$stamp" >"$OUT/stamp"
      rm -rf "$OUT/obj" "$OUT/src"
      say "$NAME ($TARGET): built in $(($(date +%s) - begin)) s: $EXE"
      built="$built $NAME/$TARGET"
    elif [ $status -eq 3 ]; then
      say "$NAME ($TARGET): skipped: $(cat "$REASON_FILE")"
      skipped="$skipped $NAME/$TARGET"
    else
      say "$NAME ($TARGET): FAILED: $(cat "$REASON_FILE" 2>/dev/null || echo 'see the log'); log: $OUT/build.log"
      tail -n 15 "$OUT/build.log" >&2
      failed="$failed $NAME/$TARGET"
    fi
    rm -f "$REASON_FILE"
  done
done
say "built:${built:- none}; kept:${kept:- none}; skipped:${skipped:- none}; failed:${failed:- none}"
[ -z "$failed" ]
