#include "CKernels.h"

// For the time being the plain versions.
void wattle_batch_norm_training(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y) {
  wattle_batch_norm_training_reference(
      rows, channels, x, gamma, beta, epsilon, momentum, relu, running_mean, running_variance, mean,
      inverse_deviation, y);
}
void wattle_batch_norm_inference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y) {
  wattle_batch_norm_inference_reference(
      rows, channels, x, gamma, beta, epsilon, relu, running_mean, running_variance, y);
}
void wattle_batch_norm_backward(
    size_t rows, size_t channels, const float *x, const float *y, const float *gamma, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta) {
  wattle_batch_norm_backward_reference(
      rows, channels, x, y, gamma, mean, inverse_deviation, relu, dy, dx, dgamma, dbeta);
}
void wattle_layer_norm(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y) {
  wattle_layer_norm_reference(rows, columns, x, gamma, beta, epsilon, mean, inverse_deviation, y);
}
void wattle_layer_norm_backward(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta) {
  wattle_layer_norm_backward_reference(
      rows, columns, x, gamma, mean, inverse_deviation, dy, dx, dgamma, dbeta);
}
