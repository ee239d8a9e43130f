#include <math.h>

#include "CKernels.h"

// Plain versions in double precision on libm. Nothing calls them but the tests.

static double sigmoid(double x) {
  double e = exp(-fabs(x));
  return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

void wattle_relu6_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i] > 6.0f ? 6.0f : x[i];
}

void wattle_relu6_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f && x[i] < 6.0f ? dy[i] : 0.0f;
}

void wattle_leaky_relu_reference(size_t count, float slope, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? slope * x[i] : x[i];
}

void wattle_leaky_relu_backward_reference(
    size_t count, float slope, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f ? dy[i] : slope * dy[i];
}

void wattle_squared_relu_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i] * x[i];
}

void wattle_squared_relu_backward_reference(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) dx[i] = x[i] > 0.0f ? 2.0f * x[i] * dy[i] : 0.0f;
}

void wattle_sigmoid_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = (float)sigmoid(x[i]);
}

void wattle_sigmoid_backward_reference(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) dx[i] = (float)(dy[i] * sigmoid(x[i]) * sigmoid(-x[i]));
}

void wattle_silu_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = isinf(x[i]) && x[i] < 0.0f ? 0.0f : (float)(x[i] * sigmoid(x[i]));
}

void wattle_silu_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) {
    double bend = isinf(x[i]) ? 0.0 : x[i] * sigmoid(-x[i]);
    dx[i] = (float)(dy[i] * sigmoid(x[i]) * (1.0 + bend));
  }
}

void wattle_hard_swish_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) {
    y[i] = x[i] <= -3.0f ? 0.0f : x[i] >= 3.0f ? x[i] : (float)((double)x[i] * ((double)x[i] + 3.0) / 6.0);
  }
}

void wattle_hard_swish_backward_reference(
    size_t count, const float *x, const float *y, const float *dy, float *dx) {
  (void)y;
  for (size_t i = 0; i < count; i++) {
    double slope = x[i] <= -3.0f ? 0.0 : x[i] >= 3.0f ? 1.0 : (2.0 * (double)x[i] + 3.0) / 6.0;
    dx[i] = (float)(dy[i] * slope);
  }
}
