# 464.h264ref: the x264 library in plain C, one thread, behind an own driver that draws the frames it encodes.
fetch_source x264
{
  sed -n '/^CONFIG_HAVE="/,/"/p' "$SRC/configure" | sed 's/^CONFIG_HAVE=//' | tr -d '"\\' | tr ' a-z' '\nA-Z' |
    sed -n 's/^[A-Z0-9_]\{1,\}$/#define HAVE_& 0/p' | grep -v -e HAVE_BITDEPTH8 -e HAVE_LOG2F -e HAVE_GPL
  cat <<'CONFIG'
#define HAVE_BITDEPTH8 1
#define HAVE_LOG2F 1
#define HAVE_GPL 1
#define CHROMA_FORMAT CHROMA_420
#define STACK_ALIGNMENT 8
#define ARCH_NONE 1
#define SYS_NONE 1
CONFIG
} >"$SRC/config.h"
case $($CC $CFLAGS -dM -E - </dev/null) in
  *__ORDER_BIG_ENDIAN__*__BYTE_ORDER__\ __ORDER_BIG_ENDIAN__* | *__BYTE_ORDER__\ __ORDER_BIG_ENDIAN__*)
    printf '#define WORDS_BIGENDIAN 1\n' >>"$SRC/config.h" ;;
esac
cat >"$SRC/x264_config.h" <<'CONFIG'
#define X264_GPL 1
#define X264_INTERLACED 0
#define X264_BIT_DEPTH 8
#define X264_CHROMA_FORMAT X264_CSP_I420
#define X264_REV 0
#define X264_REV_DIFF 0
#define X264_VERSION ""
#define X264_POINTVER ""
CONFIG
for file in mc predict pixel macroblock frame dct cabac common rectangle set quant deblock vlc mvpred bitstream; do
  set -- "$@" "$SRC/common/$file.c"
done
for file in analyse me ratecontrol set macroblock cabac cavlc encoder lookahead; do
  set -- "$@" "$SRC/encoder/$file.c"
done
flags="-std=gnu99 -D_GNU_SOURCE -ffast-math -fno-tree-vectorize -I$SRC"
compile $flags -DBIT_DEPTH=8 -DHIGH_BIT_DEPTH=0 "$@"
compile $flags "$SRC/common/osdep.c" "$SRC/common/base.c" "$SRC/common/cpu.c" "$SRC/common/tables.c" \
  "$SRC/encoder/api.c" "$RECIPE/driver.c"
fixed_time_and_rand
link_program
