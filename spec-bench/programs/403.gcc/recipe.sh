# 403.gcc: cc65, a C compiler with an optimizer, printing assembly to standard output.
fetch_source cc65
compile -std=gnu99 -I"$SRC/src/common" -DBUILD_ID=\"\" -DCA65_INC=. -DCC65_INC=. -DCL65_TGT=. -DLD65_LIB=. \
  -DLD65_OBJ=. -DLD65_CFG=. "$SRC"/src/common/*.c "$SRC"/src/cc65/*.c "$RECIPE/output-to-stdout.c"
LDFLAGS="$LDFLAGS -Wl,--wrap=fopen"
fixed_time_and_rand
link_program
