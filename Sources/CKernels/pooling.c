#include "instruction_sets.h"
#include "kernel.h"

// The offset into x of the window of output (n, oy, ox), channel 0.
WATTLE_INLINE size_t window(const wattle_pooling *s, int32_t n, int32_t oy, int32_t ox) {
  return (((size_t)n * s->height + oy * s->stride_height) * s->width + ox * s->stride_width) * s->channels;
}

#define LANES 4
#define CLONE(name) name##_baseline
#include "pooling_clone.h"
#undef LANES
#undef CLONE

#if WATTLE_HAS_CLONES

WATTLE_BEGIN_AVX2
#define LANES 8
#define CLONE(name) name##_avx2
#include "pooling_clone.h"
#undef LANES
#undef CLONE
WATTLE_END_AVX2

WATTLE_BEGIN_AVX512
#define LANES 16
#define CLONE(name) name##_avx512
#include "pooling_clone.h"
WATTLE_END_AVX512

#endif

void wattle_max_pool(const wattle_pooling *shape, const float *x, float *y, int32_t *argmax) {
  WATTLE_DISPATCH(max_pool, shape, x, y, argmax);
}

void wattle_max_pool_backward(
    const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx) {
  const wattle_pooling *s = shape;
  int apart = s->stride_height >= s->window_height && s->stride_width >= s->window_width;
  int covered = s->output_height * s->window_height == s->height && s->output_width * s->window_width == s->width;
  if (!apart || !covered) memset(dx, 0, (size_t)s->batch * s->height * s->width * s->channels * sizeof(float));
  if (apart) {
    WATTLE_DISPATCH(max_pool_backward, shape, dy, argmax, dx);
  } else {
    size_t outputs = (size_t)s->batch * s->output_height * s->output_width * s->channels;
    for (size_t i = 0; i < outputs; i++) dx[argmax[i]] += dy[i];
  }
}

WATTLE_KERNEL void wattle_average_pool(
    const wattle_pooling *shape, const float *restrict x, float *restrict y) {
  const wattle_pooling s = *shape;
  const float scale = 1.0f / (float)(s.window_height * s.window_width);
  for (int32_t n = 0; n < s.batch; n++) {
    for (int32_t oy = 0; oy < s.output_height; oy++) {
      for (int32_t ox = 0; ox < s.output_width; ox++, y += s.channels) {
        const float *corner = x + window(&s, n, oy, ox);
        memset(y, 0, s.channels * sizeof(float));
        for (int32_t wy = 0; wy < s.window_height; wy++) {
          for (int32_t wx = 0; wx < s.window_width; wx++) {
            const float *place = corner + ((size_t)wy * s.width + wx) * s.channels;
            WATTLE_VECTORIZE
            for (int32_t c = 0; c < s.channels; c++) y[c] += place[c];
          }
        }
        WATTLE_VECTORIZE
        for (int32_t c = 0; c < s.channels; c++) y[c] *= scale;
      }
    }
  }
}

WATTLE_KERNEL void wattle_average_pool_backward(
    const wattle_pooling *shape, const float *restrict dy, float *restrict dx) {
  const wattle_pooling s = *shape;
  const float scale = 1.0f / (float)(s.window_height * s.window_width);
  memset(dx, 0, (size_t)s.batch * s.height * s.width * s.channels * sizeof(float));
  for (int32_t n = 0; n < s.batch; n++) {
    for (int32_t oy = 0; oy < s.output_height; oy++) {
      for (int32_t ox = 0; ox < s.output_width; ox++, dy += s.channels) {
        float *corner = dx + window(&s, n, oy, ox);
        for (int32_t wy = 0; wy < s.window_height; wy++) {
          for (int32_t wx = 0; wx < s.window_width; wx++) {
            float *place = corner + ((size_t)wy * s.width + wx) * s.channels;
            WATTLE_VECTORIZE
            for (int32_t c = 0; c < s.channels; c++) place[c] += scale * dy[c];
          }
        }
      }
    }
  }
}
