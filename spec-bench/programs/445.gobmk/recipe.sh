# 445.gobmk: GNU Go. Its patterns are compiled to C by small programs of its own, which run on the build machine.
fetch_source gnugo
HOST_CC=${PYDGIN_HOST_CC:-cc}
cd "$SRC"
cat >config.h <<'CONFIG'
#define PACKAGE "gnugo"
#define GNU_PACKAGE "GNU " PACKAGE
#define VERSION "3.8"
#define PACKAGE_VERSION VERSION
#define STDC_HEADERS 1
#define HAVE_STDLIB_H 1
#define HAVE_STRING_H 1
#define HAVE_UNISTD_H 1
#define HAVE_SYS_TIME_H 1
#define TIME_WITH_SYS_TIME 1
#define HAVE_GETTIMEOFDAY 1
#define HAVE_VSNPRINTF 1
#define HAVE_VARIADIC_DEFINE 1
#define HAVE_TRANSPARENT_UNIONS 1
#define SIZEOF_LONG __SIZEOF_LONG__
#define ALTERNATE_CONNECTIONS 1
#define CHINESE_RULES 0
#define COSMIC_GNUGO 0
#define DEFAULT_LEVEL 10
#define DEFAULT_MEMORY 8
#define EXPERIMENTAL_CONNECTIONS 1
#define EXPERIMENTAL_OWL_EXT 0
#define GRID_OPT 1
#define LARGE_SCALE 0
#define ORACLE 0
#define OWL_NODE_LIMIT 1000
#define OWL_THREATS 0
#define READLINE 0
#define RESIGNATION_ALLOWED 1
#define SEMEAI_NODE_LIMIT 500
#define USE_BREAK_IN 1
#define USE_VALGRIND 0
CONFIG
includes='-I. -I.. -I../engine -I../utils -I../sgf -I../patterns'
cd patterns
utils='../utils/getopt.c ../utils/getopt1.c ../utils/random.c ../utils/gg_utils.c'
board='../engine/board.c ../engine/boardlib.c ../engine/hash.c ../engine/printutils.c ../sgf/sgf_utils.c ../sgf/sgfnode.c ../sgf/sgftree.c'
host_tool() {
  tool=$1
  shift
  nice -n 10 $HOST_CC -O1 -w -std=gnu89 -fcommon -DHAVE_CONFIG_H $includes "$@" $utils -lm -o "$tool" || fail "host $tool"
}
host_tool mkpat mkpat.c transform.c dfa.c
host_tool joseki joseki.c $board
host_tool mkeyes mkeyes.c
host_tool uncompress_fuseki uncompress_fuseki.c $board
host_tool mkmcpat mkmcpat.c ../engine/montecarlo.c ../engine/globals.c $board -Wl,--unresolved-symbols=ignore-all
for joseki in JG:gogo JHK:hoshi_keima JHO:hoshi_other JK:komoku JS:sansan JM:mokuhazushi JT:takamoku; do
  name=${joseki#*:}
  ./joseki "${joseki%%:*}" "$name.sgf" >"$name.db"
  josekis="${josekis:-} -i $name.db"
done
./mkpat -b pat -i patterns.db -i patterns2.db -o patterns.c
./mkpat -C joseki $josekis -o josekidb.c
./mkpat -X attpat -i attack.db -o apatterns.c
./mkpat defpat -i defense.db -o dpatterns.c
./mkpat -c conn -i conn.db -o conn.c
./mkpat -b endpat -i endgame.db -o endgame.c
./mkeyes <eyes.db >eyes.c
./mkpat -c influencepat -i influence.db -o influence.c
./mkpat -c -b barrierspat -i barriers.db -o barriers.c
for name in aa_attackpat owl_attackpat owl_vital_apat owl_defendpat; do
  ./mkpat -b -t "${name}s.dtr" "$name" -i "${name}s.db" -o "$name.c"
done
./mkpat -b oracle -i oracle.db -o oraclepat.c
./mkpat -b fusekipat -i fuseki.db -o fusekipat.c
for size in 9 13 19; do ./uncompress_fuseki $size fuseki$size.dbz c >fuseki$size.c; done
./mkpat -b handipat -i handicap.db -o handipat.c
./mkmcpat mc_montegnu_classic.db mc_mogo_classic.db mc_uniform.db >mcpat.c
cd ..
for file in engine/*.c sgf/sgf_utils.c sgf/sgfnode.c sgf/sgftree.c utils/getopt.c utils/getopt1.c utils/random.c \
  utils/gg_utils.c patterns/connections.c patterns/helpers.c patterns/transform.c \
  interface/main.c interface/play_ascii.c interface/play_gtp.c interface/play_solo.c interface/play_test.c \
  interface/play_gmp.c interface/gmp.c interface/gtp.c; do
  set -- "$@" "$SRC/$file"
done
for file in conn patterns apatterns dpatterns eyes influence barriers endgame aa_attackpat owl_attackpat \
  owl_vital_apat owl_defendpat fusekipat fuseki9 fuseki13 fuseki19 josekidb handipat oraclepat mcpat; do
  set -- "$@" "$SRC/patterns/$file.c"
done
compile -std=gnu89 -fcommon -DHAVE_CONFIG_H -I"$SRC" -I"$SRC/engine" -I"$SRC/utils" -I"$SRC/sgf" -I"$SRC/patterns" \
  -I"$SRC/interface" "$@"
fixed_time_and_rand
link_program
