#include <string.h>

#include "CKernels.h"

// Plain versions. Nothing calls them but the tests.

// Runs body for each product of the convolution, with o, i and j its offsets into y, x and w.
#define FOR_EACH_PRODUCT(s, body)                                                                                   \
  for (int32_t n = 0; n < (s)->batch; n++) {                                                                        \
    for (int32_t oy = 0; oy < (s)->output_height; oy++) {                                                           \
      for (int32_t ox = 0; ox < (s)->output_width; ox++) {                                                          \
        for (int32_t ky = 0; ky < (s)->kernel_height; ky++) {                                                       \
          int32_t iy = oy * (s)->stride_height + ky * (s)->dilation_height - (s)->pad_top;                          \
          if (iy < 0 || iy >= (s)->height) continue;                                                                \
          for (int32_t kx = 0; kx < (s)->kernel_width; kx++) {                                                      \
            int32_t ix = ox * (s)->stride_width + kx * (s)->dilation_width - (s)->pad_left;                         \
            if (ix < 0 || ix >= (s)->width) continue;                                                               \
            for (int32_t k = 0; k < (s)->output_channels; k++) {                                                    \
              int32_t inputs = (s)->channels / (s)->groups, group = k / ((s)->output_channels / (s)->groups);       \
              for (int32_t c = 0; c < inputs; c++) {                                                                \
                size_t o = (((size_t)n * (s)->output_height + oy) * (s)->output_width + ox) *                       \
                               (s)->output_channels + k;                                                            \
                size_t i = (((size_t)n * (s)->height + iy) * (s)->width + ix) * (s)->channels + group * inputs + c; \
                size_t j = (((size_t)ky * (s)->kernel_width + kx) * inputs + c) * (s)->output_channels + k;         \
                body;                                                                                               \
              }                                                                                                     \
            }                                                                                                       \
          }                                                                                                         \
        }                                                                                                           \
      }                                                                                                             \
    }                                                                                                               \
  }

static size_t outputs(const wattle_convolution *s) {
  return (size_t)s->batch * s->output_height * s->output_width * s->output_channels;
}

void wattle_convolution_forward_reference(
    const wattle_convolution *shape, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch) {
  (void)scratch;
  for (size_t o = 0; o < outputs(shape); o++) y[o] = bias ? bias[o % shape->output_channels] : 0.0f;
  FOR_EACH_PRODUCT(shape, y[o] += x[i] * w[j])
  for (size_t o = 0; relu && o < outputs(shape); o++) y[o] = y[o] < 0.0f ? 0.0f : y[o];
}

void wattle_convolution_backward_weights_reference(
    const wattle_convolution *shape, const float *x, const float *dy, float *dw, float *db, float *scratch) {
  (void)scratch;
  size_t weights = (size_t)shape->kernel_height * shape->kernel_width * (shape->channels / shape->groups) *
                   shape->output_channels;
  memset(dw, 0, weights * sizeof(float));
  FOR_EACH_PRODUCT(shape, dw[j] += x[i] * dy[o])
  if (!db) return;
  memset(db, 0, shape->output_channels * sizeof(float));
  for (size_t o = 0; o < outputs(shape); o++) db[o % shape->output_channels] += dy[o];
}

void wattle_convolution_backward_input_reference(
    const wattle_convolution *shape, const float *dy, const float *w, float *dx, float *scratch) {
  (void)scratch;
  memset(dx, 0, (size_t)shape->batch * shape->height * shape->width * shape->channels * sizeof(float));
  FOR_EACH_PRODUCT(shape, dx[i] += dy[o] * w[j])
}
