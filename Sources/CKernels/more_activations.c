#include "CKernels.h"
#include "elementary.h"

// dx is not marked restrict: it may be dy.

// The exponential of a large value is infinite, which gives 0.
WATTLE_INLINE float sigmoid_value(float x) { return 1.0f / (1.0f + wattle_exp_value(-x)); }

WATTLE_KERNEL void wattle_relu6(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float z = x[i] < 0.0f ? 0.0f : x[i];
    y[i] = z > 6.0f ? 6.0f : z;
  }
}

WATTLE_KERNEL void wattle_relu6_backward(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f && x[i] < 6.0f ? dy[i] : 0.0f;
}

WATTLE_KERNEL void wattle_leaky_relu(size_t count, float slope, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? slope * x[i] : x[i];
}

WATTLE_KERNEL void wattle_leaky_relu_backward(
    size_t count, float slope, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f ? dy[i] : slope * dy[i];
}

WATTLE_KERNEL void wattle_squared_relu(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float z = x[i] < 0.0f ? 0.0f : x[i];
    y[i] = z * z;
  }
}

WATTLE_KERNEL void wattle_squared_relu_backward(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float z = x[i] < 0.0f ? 0.0f : x[i];
    dx[i] = 2.0f * z * dy[i];
  }
}

WATTLE_KERNEL void wattle_sigmoid(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = sigmoid_value(x[i]);
}

WATTLE_KERNEL void wattle_sigmoid_backward(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)x;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) dx[i] = dy[i] * (y[i] * (1.0f - y[i]));
}

WATTLE_KERNEL void wattle_silu(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = x[i] == -INFINITY ? 0.0f : x[i] * sigmoid_value(x[i]);
}

WATTLE_KERNEL void wattle_silu_backward(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float s = sigmoid_value(x[i]);
    // With y = x s: the slope is s + y (1 - s). Infinite y has 1 - s = 0.
    float rest = 1.0f - s;
    float bend = rest == 0.0f ? 0.0f : y[i] * rest;
    dx[i] = dy[i] * (s + bend);
  }
}

WATTLE_KERNEL void wattle_hard_swish(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float gate = x[i] + 3.0f < 0.0f ? 0.0f : x[i] + 3.0f;
    gate = gate > 6.0f ? 6.0f : gate;
    y[i] = x[i] <= -3.0f ? 0.0f : x[i] * (gate * (1.0f / 6.0f));
  }
}

WATTLE_KERNEL void wattle_hard_swish_backward(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float slope = x[i] * (1.0f / 3.0f) + 0.5f;
    slope = x[i] <= -3.0f ? 0.0f : slope;
    slope = x[i] >= 3.0f ? 1.0f : slope;
    dx[i] = dy[i] * slope;
  }
}
