# 400.perlbench: the Lua 5.4 interpreter as it is, without dynamic loading.
fetch_source lua5.4
cd "$SRC/src"
for file in l*.c; do
  case $file in luac.c | ltests.c) ;; *) set -- "$@" "$SRC/src/$file" ;; esac
done
compile -std=gnu99 -I"$SRC/src" -DLUAI_MAXCCALLS=200 "$@"
link_program
