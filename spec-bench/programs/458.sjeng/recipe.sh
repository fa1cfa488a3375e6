# 458.sjeng: Phalanx searching to fixed depths, without opening books, learning, or looking at its input while it thinks.
fetch_source phalanx
for file in phalanx bcreate search io data evaluate genmoves moving hash static levels book killers endgame learn easy; do
  set -- "$@" "$SRC/$file.c"
done
compile -std=gnu89 -fcommon -D_GNU_SOURCE -DPBOOK_DIR=\".\" -DSBOOK_DIR=\".\" -DLEARN_DIR=\".\" \
  -DLEARN_FILE=\"phalanx.learn\" "$@"
fixed_time_and_rand
link_program
