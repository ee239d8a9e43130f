#include "CKernels.h"
#include "kernel.h"

// The offset into x of the window of output (n, oy, ox), channel 0.
WATTLE_INLINE size_t window(const wattle_pooling *s, int32_t n, int32_t oy, int32_t ox) {
  return (((size_t)n * s->height + oy * s->stride_height) * s->width + ox * s->stride_width) * s->channels;
}

// One run over the channels for each place in the window.
WATTLE_KERNEL void wattle_max_pool(
    const wattle_pooling *shape, const float *restrict x, float *restrict y, int32_t *restrict argmax) {
  const wattle_pooling s = *shape;
  for (int32_t n = 0; n < s.batch; n++) {
    for (int32_t oy = 0; oy < s.output_height; oy++) {
      for (int32_t ox = 0; ox < s.output_width; ox++, y += s.channels, argmax += s.channels) {
        size_t corner = window(&s, n, oy, ox);
        WATTLE_VECTORIZE
        for (int32_t c = 0; c < s.channels; c++) {
          y[c] = x[corner + c];
          argmax[c] = (int32_t)corner + c;
        }
        for (int32_t wy = 0; wy < s.window_height; wy++) {
          for (int32_t wx = wy == 0; wx < s.window_width; wx++) {
            size_t place = corner + ((size_t)wy * s.width + wx) * s.channels;
            WATTLE_VECTORIZE
            for (int32_t c = 0; c < s.channels; c++) {
              float value = x[place + c];
              // A NaN wins, and stays.
              int larger = !(value <= y[c]) & (y[c] == y[c]);
              argmax[c] = larger ? (int32_t)place + c : argmax[c];
              y[c] = larger ? value : y[c];
            }
          }
        }
      }
    }
  }
}

void wattle_max_pool_backward(
    const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx) {
  size_t inputs = (size_t)shape->batch * shape->height * shape->width * shape->channels;
  size_t outputs = (size_t)shape->batch * shape->output_height * shape->output_width * shape->channels;
  memset(dx, 0, inputs * sizeof(float));
  for (size_t i = 0; i < outputs; i++) dx[argmax[i]] += dy[i];
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
