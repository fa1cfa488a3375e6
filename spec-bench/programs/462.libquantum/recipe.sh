# 462.libquantum: the library and its own shor program. Its configure script would look for a Fortran LAPACK;
# the few answers it gives are written here.
fetch_source libquantum
cd "$SRC"
cat >config.h <<'CONFIG'
#define COMPLEX_FLOAT float _Complex
#define REAL_FLOAT float
#define MAX_UNSIGNED unsigned long long
#define IMAGINARY 1.0if
#define HAVE_FCNTL_H 1
CONFIG
for header in types quantum; do
  sed -e 's/@CF_TYPE@/float _Complex/' -e 's/@RF_TYPE@/float/' -e 's/@MU_TYPE@/unsigned long long/' \
    -e 's/@I@/1.0if/' "$header.h.in" >"$header.h"
done
for file in classic complex decoherence error expn gates matrix measure oaddn objcode omuln qec qft qureg shor; do
  set -- "$@" "$SRC/$file.c"
done
compile -std=gnu89 -I"$SRC" "$@"
fixed_time_and_rand
link_program
