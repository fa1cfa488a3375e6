# 429.mcf: LEMON's network simplex behind an own vehicle-scheduling driver. The library part is templates and two files.
need_cxx
fetch_source liblemon
printf '#define LEMON_VERSION "1.3.1"\n#define LEMON_HAVE_LONG_LONG 1\n' >"$SRC/lemon/config.h"
LINKER=$CXX
compile -std=c++14 -I"$SRC" "$SRC/lemon/base.cc" "$RECIPE/driver.cc"
link_program
