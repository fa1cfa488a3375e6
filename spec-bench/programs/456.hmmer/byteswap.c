/* Byte-order routines that the sequence index code names; newlib has none, and our runs read no index. */
#include <stdint.h>

static uint32_t swap32(uint32_t x) { return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24; }
static uint16_t swap16(uint16_t x) { return (uint16_t)(x >> 8 | x << 8); }
static int little(void) { return *(const unsigned char *)&(const uint16_t){1}; }

uint32_t ntohl(uint32_t x) { return little() ? swap32(x) : x; }
uint32_t htonl(uint32_t x) { return ntohl(x); }
uint16_t ntohs(uint16_t x) { return little() ? swap16(x) : x; }
uint16_t htons(uint16_t x) { return ntohs(x); }
