// Max-pooling for one instruction set: included once for each, with LANES and CLONE(name). No include guard on purpose.

#include "vector_clone.h"

WATTLE_INLINE whole_vector CLONE(load_some_whole)(const int32_t *from, int32_t count) {
  return (whole_vector)CLONE(load_some)((const float *)from, count);
}

WATTLE_INLINE int32_t CLONE(lanes_left)(int32_t channels, int32_t c) {
  return channels - c < LANES ? channels - c : LANES;
}

static void CLONE(max_pool)(const wattle_pooling *shape, const float *x, float *y, int32_t *argmax) {
  const wattle_pooling s = *shape;
  whole_vector own = {0};
  for (int32_t lane = 0; lane < LANES; lane++) own[lane] = lane;
  for (int32_t n = 0; n < s.batch; n++) {
    for (int32_t oy = 0; oy < s.output_height; oy++) {
      for (int32_t ox = 0; ox < s.output_width; ox++, y += s.channels, argmax += s.channels) {
        int32_t corner = ((n * s.height + oy * s.stride_height) * s.width + ox * s.stride_width) * s.channels;
        for (int32_t c = 0; c < s.channels; c += LANES) {
          const int32_t lanes = CLONE(lanes_left)(s.channels, c);
          vector best = CLONE(load_some)(x + corner + c, lanes);
          whole_vector place = own + (corner + c);
          for (int32_t wy = 0; wy < s.window_height; wy++) {
            for (int32_t wx = wy == 0; wx < s.window_width; wx++) {
              int32_t at = corner + (wy * s.width + wx) * s.channels + c;
              vector value = CLONE(load_some)(x + at, lanes);
              // A NaN wins, and stays.
              whole_vector larger = ~(value <= best) & (best == best);
              place = (larger & (own + at)) | (~larger & place);
              best = CLONE(select)(larger, value, best);
            }
          }
          CLONE(store_some)(y + c, best, lanes);
          CLONE(store_some)((float *)argmax + c, (vector)place, lanes);
        }
      }
    }
  }
}

// Windows do not overlap: each place of dx is written at most once.
static void CLONE(max_pool_backward)(
    const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx) {
  const wattle_pooling s = *shape;
  whole_vector own = {0};
  for (int32_t lane = 0; lane < LANES; lane++) own[lane] = lane;
  for (int32_t n = 0; n < s.batch; n++) {
    for (int32_t oy = 0; oy < s.output_height; oy++) {
      for (int32_t ox = 0; ox < s.output_width; ox++, dy += s.channels, argmax += s.channels) {
        int32_t corner = ((n * s.height + oy * s.stride_height) * s.width + ox * s.stride_width) * s.channels;
        for (int32_t c = 0; c < s.channels; c += LANES) {
          const int32_t lanes = CLONE(lanes_left)(s.channels, c);
          vector gradient = CLONE(load_some)(dy + c, lanes);
          whole_vector place = CLONE(load_some_whole)(argmax + c, lanes);
          for (int32_t wy = 0; wy < s.window_height; wy++) {
            for (int32_t wx = 0; wx < s.window_width; wx++) {
              int32_t at = corner + (wy * s.width + wx) * s.channels + c;
              CLONE(store_some)(dx + at, CLONE(select)(place == own + at, gradient, (vector){0}), lanes);
            }
          }
        }
      }
    }
  }
}
