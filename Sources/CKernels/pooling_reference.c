#include <math.h>
#include <string.h>

#include "CKernels.h"

// Plain versions. Nothing calls them but the tests.

// Runs body for each place of each window, with o and i its offsets into y and x.
#define FOR_EACH_PLACE(s, body)                                                                                  \
  for (int32_t n = 0; n < (s)->batch; n++) {                                                                     \
    for (int32_t oy = 0; oy < (s)->output_height; oy++) {                                                        \
      for (int32_t ox = 0; ox < (s)->output_width; ox++) {                                                       \
        for (int32_t wy = 0; wy < (s)->window_height; wy++) {                                                    \
          for (int32_t wx = 0; wx < (s)->window_width; wx++) {                                                   \
            for (int32_t c = 0; c < (s)->channels; c++) {                                                        \
              size_t o = (((size_t)n * (s)->output_height + oy) * (s)->output_width + ox) * (s)->channels + c;   \
              size_t i = (((size_t)n * (s)->height + oy * (s)->stride_height + wy) * (s)->width +                \
                          ox * (s)->stride_width + wx) * (s)->channels + c;                                      \
              body;                                                                                              \
            }                                                                                                    \
          }                                                                                                      \
        }                                                                                                        \
      }                                                                                                          \
    }                                                                                                            \
  }

static size_t inputs(const wattle_pooling *s) { return (size_t)s->batch * s->height * s->width * s->channels; }

static size_t outputs(const wattle_pooling *s) {
  return (size_t)s->batch * s->output_height * s->output_width * s->channels;
}

void wattle_max_pool_reference(const wattle_pooling *shape, const float *x, float *y, int32_t *argmax) {
  for (size_t o = 0; o < outputs(shape); o++) argmax[o] = -1;
  FOR_EACH_PLACE(shape, {
    if (argmax[o] < 0 || x[i] > y[o] || (isnan(x[i]) && !isnan(y[o]))) {
      y[o] = x[i];
      argmax[o] = (int32_t)i;
    }
  })
}

void wattle_max_pool_backward_reference(
    const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx) {
  memset(dx, 0, inputs(shape) * sizeof(float));
  for (size_t o = 0; o < outputs(shape); o++) dx[argmax[o]] += dy[o];
}

void wattle_average_pool_reference(const wattle_pooling *shape, const float *x, float *y) {
  memset(y, 0, outputs(shape) * sizeof(float));
  float places = (float)(shape->window_height * shape->window_width);
  FOR_EACH_PLACE(shape, y[o] += x[i] / places)
}

void wattle_average_pool_backward_reference(const wattle_pooling *shape, const float *dy, float *dx) {
  memset(dx, 0, inputs(shape) * sizeof(float));
  float places = (float)(shape->window_height * shape->window_width);
  FOR_EACH_PLACE(shape, dx[i] += dy[o] / places)
}
