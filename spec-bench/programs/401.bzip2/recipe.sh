# 401.bzip2: libbz2 and an own driver that works in memory, as SPEC's does.
fetch_source bzip2
compile -I"$SRC" -DBZ_NO_STDIO "$SRC/blocksort.c" "$SRC/bzlib.c" "$SRC/compress.c" "$SRC/crctable.c" \
  "$SRC/decompress.c" "$SRC/huffman.c" "$SRC/randtable.c" "$RECIPE/driver.c"
link_program
