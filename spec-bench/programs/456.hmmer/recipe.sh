# 456.hmmer: hmmsearch of HMMER 2, with the sequence library Debian keeps as a package of its own.
# Their configure scripts run test programs on the build machine; the answers for all our targets are written here.
fetch_source biosquid
SQUID=$SRC
fetch_source hmmer2
cat >"$SQUID/squidconf.h" <<'CONFIG'
#define SQUID_VERSION "1.9g"
#define SQUID_DATE ""
#define SQUID_COPYRIGHT ""
#define SQUID_LICENSE ""
#define SIZEOF_UNSIGNED_SHORT 2
#define SIZEOF_UNSIGNED_INT 4
#define SIZEOF_UNSIGNED_LONG 4
#define SIZEOF_UNSIGNED_LONG_LONG 8
#define HAVE_STRTOUL 1
#define HAVE_STRTOULL 1
#define SIZEOF_FPOS_T 4
#define SIZEOF_OFF_T 4
CONFIG
sed -e 's/@SQD_UINT16@/unsigned short/' -e 's/@SQD_UINT32@/unsigned int/' -e 's/@SQD_UINT64@/unsigned long long/' \
  "$SQUID/squid.h.in" >"$SQUID/squid.h"
sed -e 's/^#undef PACKAGE_\([A-Z]*\)/#define PACKAGE_\1 "2.3.2"/' "$SRC/src/config.h.in" >"$SRC/src/config.h"
# Both have functions of these names, with different types; HMMER uses its own.
sed -i 's:Sample\(Countvector\|Gamma\|Dirichlet\):SquidSample\1:g' "$SQUID"/*.[ch]
for file in a2m alignio clustal file getopt gki hsregex msa msf phylip selex sqerror sqio squidcore sre_ctype \
  sre_random sre_string ssi stockholm types vectorops aligneval cluster dayhoff dirichlet iupac revcomp \
  seqencode shuffle sre_math sre_stack translate weight wuss; do
  set -- "$@" "$SQUID/$file.c"
done
for file in alphabet core_algorithms debug display emit emulation fast_algorithms histogram hmmio mathsupport masks \
  misc modelmakers plan7 plan9 postprob prior threads tophits trace hmmsearch; do
  set -- "$@" "$SRC/src/$file.c"
done
compile -std=gnu89 -fcommon -DSRE_STRICT_ANSI -I"$SQUID" -I"$SRC/src" "$@" "$RECIPE/byteswap.c"
link_program
