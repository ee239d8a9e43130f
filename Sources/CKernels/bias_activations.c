#include "CKernels.h"
#include "elementary.h"

// Forward: in place behind the matrix product, while its rows are still in the cache.

WATTLE_KERNEL void wattle_bias(
    size_t rows, size_t columns, const float *restrict bias, float *restrict y) {
  for (size_t row = 0; row < rows; row++, y += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) y[j] += bias[j];
  }
}

WATTLE_KERNEL void wattle_bias_relu(
    size_t rows, size_t columns, const float *restrict bias, float *restrict y) {
  for (size_t row = 0; row < rows; row++, y += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) {
      float z = y[j] + bias[j];
      y[j] = z < 0.0f ? 0.0f : z;
    }
  }
}

WATTLE_KERNEL void wattle_bias_tanh(
    size_t rows, size_t columns, const float *restrict bias, float *restrict y) {
  for (size_t row = 0; row < rows; row++, y += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) y[j] = wattle_tanh_value(y[j] + bias[j]);
  }
}

WATTLE_KERNEL void wattle_bias_gelu(
    size_t rows, size_t columns, const float *restrict bias, float *restrict y, float *restrict slope) {
  for (size_t row = 0; row < rows; row++, y += columns, slope += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) {
      wattle_gelu_result result = wattle_gelu_value(y[j] + bias[j]);
      y[j] = result.value;
      slope[j] = result.slope;
    }
  }
}

// Backward: the gradient by the output becomes, in place, that by the sum; its column sums are that by the bias.

WATTLE_KERNEL void wattle_bias_backward(
    size_t rows, size_t columns, const float *restrict dz, float *restrict dbias) {
  memset(dbias, 0, columns * sizeof(float));
  for (size_t row = 0; row < rows; row++, dz += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) dbias[j] += dz[j];
  }
}

WATTLE_KERNEL void wattle_bias_relu_backward(
    size_t rows, size_t columns, const float *restrict y, float *restrict dz, float *restrict dbias) {
  memset(dbias, 0, columns * sizeof(float));
  for (size_t row = 0; row < rows; row++, y += columns, dz += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) {
      float gradient = y[j] > 0.0f ? dz[j] : 0.0f;
      dz[j] = gradient;
      dbias[j] += gradient;
    }
  }
}

WATTLE_KERNEL void wattle_bias_tanh_backward(
    size_t rows, size_t columns, const float *restrict y, float *restrict dz, float *restrict dbias) {
  memset(dbias, 0, columns * sizeof(float));
  for (size_t row = 0; row < rows; row++, y += columns, dz += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) {
      float gradient = dz[j] * (1.0f - y[j] * y[j]);
      dz[j] = gradient;
      dbias[j] += gradient;
    }
  }
}

WATTLE_KERNEL void wattle_bias_gelu_backward(
    size_t rows, size_t columns, const float *restrict slope, float *restrict dz, float *restrict dbias) {
  memset(dbias, 0, columns * sizeof(float));
  for (size_t row = 0; row < rows; row++, slope += columns, dz += columns) {
    WATTLE_VECTORIZE
    for (size_t j = 0; j < columns; j++) {
      float gradient = dz[j] * slope[j];
      dz[j] = gradient;
      dbias[j] += gradient;
    }
  }
}
