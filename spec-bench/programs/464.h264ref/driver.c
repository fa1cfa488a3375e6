/*
 * Encodes a made-up film (a panning texture, moving discs, a scene cut, noise) with x264 and prints the size and a
 * checksum of every frame's bytes. usage: h264 WIDTH HEIGHT FRAMES PRESET
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "x264.h"

static uint32_t hash(uint32_t x, uint32_t y) {
  uint32_t h = x * 374761393u + y * 668265263u;
  h = (h ^ h >> 13) * 1274126177u;
  return h ^ h >> 16;
}

/* Value noise: corners of a coarse lattice, blended linearly in eighths. */
static int texture(int x, int y, int grain) {
  int cx = x >> grain, cy = y >> grain, size = 1 << grain, fx = x & (size - 1), fy = y & (size - 1);
  int a = hash(cx, cy) & 255, b = hash(cx + 1, cy) & 255, c = hash(cx, cy + 1) & 255, d = hash(cx + 1, cy + 1) & 255;
  int top = a * (size - fx) + b * fx, bottom = c * (size - fx) + d * fx;
  return (top * (size - fy) + bottom * fy) >> (2 * grain);
}

static void draw(x264_picture_t *picture, int width, int height, int t) {
  int scene = t / 14, panX = 3 * t + 4000 * scene, panY = t;
  for (int plane = 0; plane < 3; plane++) {
    int half = plane > 0, w = width >> half, h = height >> half;
    for (int y = 0; y < h; y++) {
      uint8_t *row = picture->img.plane[plane] + y * picture->img.i_stride[plane];
      for (int x = 0; x < w; x++) {
        int X = x << half, Y = y << half;
        int value = (texture(X + panX, Y + panY, 5) * 3 + texture(X + panX, Y + panY, 3)) >> 2;
        for (int disc = 0; disc < 3; disc++) {
          int dx = X - (width / 4 * (disc + 1) + (t * (disc + 2)) % 60 - 30), dy = Y - (height / 2 + (t * 5 * (disc - 1)) % 50);
          if (dx * dx + dy * dy < (12 + 6 * disc) * (12 + 6 * disc)) value = 60 + 50 * disc + plane * 20;
        }
        row[x] = (uint8_t)(half ? 96 + value / 4 : value / 2 + 40 + (hash(X + t * 977, Y) & 3));
      }
    }
  }
}

static int report(const x264_nal_t *nal, int bytes, const x264_picture_t *out) {
  uint32_t a = 1, b = 0;
  for (int i = 0; i < bytes; i++) {
    a = (a + nal->p_payload[i]) % 65521;
    b = (b + a) % 65521;
  }
  printf("frame %d type %d: %d bytes, checksum %08x\n", (int)out->i_pts, out->i_type, bytes, (unsigned)(b << 16 | a));
  return bytes;
}

int main(int argc, char **argv) {
  x264_param_t param;
  x264_picture_t in, out;
  x264_nal_t *nal;
  int nals, bytes, total = 0;
  if (argc != 5) return fprintf(stderr, "usage: %s WIDTH HEIGHT FRAMES PRESET\n", argv[0]), 2;
  int width = atoi(argv[1]), height = atoi(argv[2]), frames = atoi(argv[3]);
  if (x264_param_default_preset(&param, argv[4], "psnr") < 0) return puts("no such preset"), 1;
  param.i_log_level = X264_LOG_NONE;
  param.i_threads = 1;
  param.i_lookahead_threads = 1;
  param.i_sync_lookahead = 0;
  param.i_width = width;
  param.i_height = height;
  param.i_csp = X264_CSP_I420;
  param.i_fps_num = 25;
  param.i_fps_den = 1;
  param.b_vfr_input = 0;
  /* A constant quantizer keeps floating-point rate control, and so rounding, out of the decisions. */
  param.rc.i_rc_method = X264_RC_CQP;
  param.rc.i_qp_constant = 26;
  param.rc.i_aq_mode = X264_AQ_NONE;
  param.rc.b_mb_tree = 0;
  if (x264_param_apply_profile(&param, "high") < 0) return puts("no such profile"), 1;
  x264_t *encoder = x264_encoder_open(&param);
  if (!encoder || x264_picture_alloc(&in, param.i_csp, width, height) < 0) return puts("cannot open the encoder"), 1;
  for (int t = 0; t < frames; t++) {
    draw(&in, width, height, t);
    in.i_pts = t;
    bytes = x264_encoder_encode(encoder, &nal, &nals, &in, &out);
    if (bytes < 0) return puts("cannot encode"), 1;
    if (bytes) total += report(nal, bytes, &out);
  }
  while (x264_encoder_delayed_frames(encoder)) {
    bytes = x264_encoder_encode(encoder, &nal, &nals, NULL, &out);
    if (bytes < 0) return puts("cannot encode"), 1;
    if (bytes) total += report(nal, bytes, &out);
  }
  printf("%d frames, %d bytes\n", frames, total);
  return 0;
}
