/* shim: what libgloss for linux.specs lacks. newlib's isatty() calls _isatty(); a simple rule is enough here:
 * the three standard streams are taken for terminals only if the test asks for it, so answer "no": stdout is then
 * fully buffered, the same as through a pipe. */
int _isatty(int fd) {
  (void)fd;
  return 0;
}
