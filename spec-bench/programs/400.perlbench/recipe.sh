# 400.perlbench: the Lua 5.4 interpreter, without dynamic loading, and without the seed of its hashes that is made of addresses.
fetch_source lua5.4
cd "$SRC/src"
for file in l*.c; do
  case $file in luac.c | ltests.c) ;; *) set -- "$@" "$SRC/src/$file" ;; esac
done
compile -std=gnu99 -I"$SRC/src" -DLUAI_MAXCCALLS=200 '-Dluai_makeseed(L)=400u' "$@"
fixed_time_and_rand
link_program
