#include "CKernels.h"
#include "kernel.h"

WATTLE_KERNEL double wattle_sum_of_squares(size_t count, const float *restrict x) {
#pragma clang fp reassociate(on)
  double sum = 0.0;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

WATTLE_KERNEL void wattle_sgd(
    size_t count, float rate, float momentum, bool nesterov, wattle_gradient_use use, const float *restrict gradient,
    float *restrict velocity, float *restrict parameters) {
  // The step is direct * g + ahead * v: both rules in one loop without a branch.
  float ahead = nesterov ? momentum : 1.0f, direct = nesterov ? 1.0f : 0.0f;
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    float v = momentum * velocity[i] + g;
    velocity[i] = v;
    parameters[i] -= rate * (direct * g + ahead * v);
  }
}

WATTLE_KERNEL void wattle_rmsprop(
    size_t count, float rate, float smoothing, float epsilon, wattle_gradient_use use, const float *restrict gradient,
    float *restrict variance, float *restrict parameters) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    float v = smoothing * variance[i] + (1.0f - smoothing) * (g * g);
    variance[i] = v;
    parameters[i] -= rate * g / (__builtin_elementwise_sqrt(v) + epsilon);
  }
}

WATTLE_KERNEL void wattle_adam(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon, float shrinkage,
    wattle_gradient_use use, const float *restrict gradient, float *restrict mean, float *restrict variance,
    float *restrict parameters) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    float m = beta1 * mean[i] + (1.0f - beta1) * g;
    float v = beta2 * variance[i] + (1.0f - beta2) * (g * g);
    mean[i] = m;
    variance[i] = v;
    parameters[i] =
        shrinkage * parameters[i] - rate * m / (__builtin_elementwise_sqrt(v) * root_scale + epsilon);
  }
}

double wattle_sum_of_squares_reference(size_t count, const float *x) {
  double sum = 0.0;
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

void wattle_sgd_reference(
    size_t count, float rate, float momentum, bool nesterov, wattle_gradient_use use, const float *gradient,
    float *velocity, float *parameters) {
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    velocity[i] = momentum * velocity[i] + g;
    parameters[i] -= rate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
  }
}

void wattle_rmsprop_reference(
    size_t count, float rate, float smoothing, float epsilon, wattle_gradient_use use, const float *gradient,
    float *variance, float *parameters) {
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    variance[i] = smoothing * variance[i] + (1.0f - smoothing) * (g * g);
    parameters[i] -= rate * g / (sqrtf(variance[i]) + epsilon);
  }
}

void wattle_adam_reference(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon, float shrinkage,
    wattle_gradient_use use, const float *gradient, float *mean, float *variance, float *parameters) {
  for (size_t i = 0; i < count; i++) {
    float g = use.scale * gradient[i] + use.decay * parameters[i];
    mean[i] = beta1 * mean[i] + (1.0f - beta1) * g;
    variance[i] = beta2 * variance[i] + (1.0f - beta2) * (g * g);
    parameters[i] = shrinkage * parameters[i] - rate * mean[i] / (sqrtf(variance[i]) * root_scale + epsilon);
  }
}
