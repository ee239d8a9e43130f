#include "CKernels.h"
#include "kernel.h"

WATTLE_KERNEL void wattle_sgd(
    size_t count, float rate, float momentum, const float *restrict gradient, float *restrict velocity,
    float *restrict parameters) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float v = momentum * velocity[i] + gradient[i];
    velocity[i] = v;
    parameters[i] -= rate * v;
  }
}

WATTLE_KERNEL void wattle_adam(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon,
    const float *restrict gradient, float *restrict mean, float *restrict variance, float *restrict parameters) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) {
    float g = gradient[i];
    float m = beta1 * mean[i] + (1.0f - beta1) * g;
    float v = beta2 * variance[i] + (1.0f - beta2) * (g * g);
    mean[i] = m;
    variance[i] = v;
    parameters[i] -= rate * m / (__builtin_elementwise_sqrt(v) * root_scale + epsilon);
  }
}

void wattle_sgd_reference(
    size_t count, float rate, float momentum, const float *gradient, float *velocity, float *parameters) {
  for (size_t i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    parameters[i] -= rate * velocity[i];
  }
}

void wattle_adam_reference(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon, const float *gradient,
    float *mean, float *variance, float *parameters) {
  for (size_t i = 0; i < count; i++) {
    mean[i] = beta1 * mean[i] + (1.0f - beta1) * gradient[i];
    variance[i] = beta2 * variance[i] + (1.0f - beta2) * (gradient[i] * gradient[i]);
    parameters[i] -= rate * mean[i] / (sqrtf(variance[i]) * root_scale + epsilon);
  }
}
