#include <math.h>
#include <string.h>

#include "CKernels.h"

// Plain versions on libm. Nothing calls them but the tests, which hold the fast kernels to them.

static float activated(wattle_activation activation, float z) {
  switch (activation) {
    case WATTLE_RELU: return z < 0.0f ? 0.0f : z;
    case WATTLE_TANH: return tanhf(z);
    case WATTLE_GELU: return 0.5f * z * (1.0f + tanhf(0.797884561f * (z + 0.044715f * z * z * z)));
    default: return z;
  }
}

static float slope_of(wattle_activation activation, float z) {
  switch (activation) {
    case WATTLE_RELU: return z > 0.0f ? 1.0f : 0.0f;
    case WATTLE_TANH: return 1.0f - tanhf(z) * tanhf(z);
    case WATTLE_GELU: {
      float t = tanhf(0.797884561f * (z + 0.044715f * z * z * z));
      return 0.5f * (1.0f + t) + 0.5f * z * (1.0f - t * t) * 0.797884561f * (1.0f + 0.134145f * z * z);
    }
    default: return 1.0f;
  }
}

void wattle_bias_activation_reference(
    wattle_activation activation, size_t rows, size_t columns, const float *bias, float *y, float *slope) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t j = 0; j < columns; j++) {
      size_t i = row * columns + j;
      float z = y[i] + (bias ? bias[j] : 0.0f);
      y[i] = activated(activation, z);
      slope[i] = slope_of(activation, z);
    }
  }
}

void wattle_bias_activation_backward_reference(
    size_t rows, size_t columns, const float *slope, float *dz, float *dbias) {
  memset(dbias, 0, columns * sizeof(float));
  for (size_t row = 0; row < rows; row++) {
    for (size_t j = 0; j < columns; j++) {
      size_t i = row * columns + j;
      dz[i] *= slope[i];
      dbias[j] += dz[i];
    }
  }
}
