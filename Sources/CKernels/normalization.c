#include "instruction_sets.h"
#include "kernel.h"

#define LANES 4
#define CLONE(name) name##_baseline
#include "normalization_clone.h"
#include "pooled_norm_clone.h"
#undef LANES
#undef CLONE

#if WATTLE_HAS_CLONES

WATTLE_BEGIN_AVX2
#define LANES 8
#define CLONE(name) name##_avx2
#include "normalization_clone.h"
#include "pooled_norm_clone.h"
#undef LANES
#undef CLONE
WATTLE_END_AVX2

WATTLE_BEGIN_AVX512
#define LANES 16
#define CLONE(name) name##_avx512
#include "normalization_clone.h"
#include "pooled_norm_clone.h"
WATTLE_END_AVX512

#endif

void wattle_batch_norm_training(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y) {
  WATTLE_DISPATCH(
      batch_norm_training, rows, channels, x, gamma, beta, epsilon, momentum, relu, running_mean, running_variance,
      mean, inverse_deviation, y);
}

void wattle_batch_norm_inference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y) {
  WATTLE_DISPATCH(
      batch_norm_inference, rows, channels, x, gamma, beta, epsilon, relu, running_mean, running_variance, y);
}

void wattle_batch_norm_backward(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta) {
  WATTLE_DISPATCH(
      batch_norm_backward, rows, channels, x, gamma, beta, mean, inverse_deviation, relu, dy, dx, dgamma, dbeta);
}

void wattle_layer_norm(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y) {
  WATTLE_DISPATCH(layer_norm, rows, columns, x, gamma, beta, epsilon, mean, inverse_deviation, y);
}

void wattle_layer_norm_backward(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta) {
  WATTLE_DISPATCH(
      layer_norm_backward, rows, columns, x, gamma, mean, inverse_deviation, dy, dx, dgamma, dbeta);
}

void wattle_batch_norm_max_pool_training(
    const wattle_pooling *shape, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, float *running_mean, float *running_variance, float *mean, float *inverse_deviation, float *y,
    int32_t *argmax) {
  WATTLE_DISPATCH(
      batch_norm_pool_training, shape, x, gamma, beta, epsilon, momentum, running_mean, running_variance, mean,
      inverse_deviation, y, argmax);
}

void wattle_batch_norm_max_pool_inference(
    const wattle_pooling *shape, const float *x, const float *gamma, const float *beta, float epsilon,
    const float *running_mean, const float *running_variance, float *y) {
  WATTLE_DISPATCH(
      batch_norm_pool_inference, shape, x, gamma, beta, epsilon, running_mean, running_variance, y);
}

void wattle_batch_norm_max_pool_backward(
    const wattle_pooling *shape, const float *x, const float *y, const int32_t *argmax, const float *gamma,
    const float *beta, const float *mean, const float *inverse_deviation, const float *dy, float *dx, float *dgamma,
    float *dbeta) {
  WATTLE_DISPATCH(
      batch_norm_pool_backward, shape, x, y, argmax, gamma, beta, mean, inverse_deviation, dy, dx, dgamma, dbeta);
}
