/* refused: the least program, built for what the simulator must refuse with a message: see build.sh. */
void _start(void) {
  for (;;) {
  }
}
