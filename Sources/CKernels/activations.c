#include "CKernels.h"
#include "elementary.h"

// Element by element.

WATTLE_KERNEL void wattle_relu(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i];
}

WATTLE_KERNEL void wattle_relu_backward(
    size_t count, const float *restrict y, const float *restrict dy, float *restrict dx) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

WATTLE_KERNEL void wattle_tanh(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = wattle_tanh_value(x[i]);
}

WATTLE_KERNEL void wattle_tanh_backward(
    size_t count, const float *restrict y, const float *restrict dy, float *restrict dx) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) dx[i] = dy[i] * (1.0f - y[i] * y[i]);
}

WATTLE_KERNEL void wattle_gelu(
    size_t count, const float *restrict x, float *restrict y, float *restrict slope) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    wattle_gelu_result result = wattle_gelu_value(x[i]);
    y[i] = result.value;
    slope[i] = result.slope;
  }
}

WATTLE_KERNEL void wattle_multiply(
    size_t count, const float *restrict a, const float *restrict b, float *restrict product) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) product[i] = a[i] * b[i];
}
