# 483.xalancbmk: HTML Tidy's library and its own command.
fetch_source tidy-html5
for file in "$SRC"/src/*.c; do
  case $file in */mappedio.c) ;; *) set -- "$@" "$file" ;; esac
done
compile -std=gnu99 -I"$SRC/include" -I"$SRC/src" -DLIBTIDY_VERSION=\"5.6.0\" -DRELEASE_DATE=\"2017/11/25\" \
  -DTIDY_CONFIG_FILE=\"\" -DSUPPORT_LOCALIZATIONS=0 -DSUPPORT_CONSOLE_APP=1 -DSUPPORT_POSIX_MAPPED_FILES=0 \
  -DSUPPORT_GETPWNAM=0 "$@" "$SRC/console/tidy.c"
link_program
