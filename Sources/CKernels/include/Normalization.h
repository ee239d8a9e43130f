#ifndef WATTLE_NORMALIZATION_H
#define WATTLE_NORMALIZATION_H

#include <stddef.h>

#include "Pooling.h"

// Batch normalization over rows: x, y, dy, dx [rows, channels], rows = batch * height * width; the other arrays
// [channels]. Keeps the batch's mean and inverse deviation 1 / sqrt(variance + epsilon) for the backward pass, and
// moves running statistics by running = (1 - momentum) running + momentum batch, with the unbiased variance (the
// biased one if there is but one row). If relu is not 0, a ReLU follows. y may be x only in the inference call.
void wattle_batch_norm_training(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y);
void wattle_batch_norm_inference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y);

// dx, dgamma, dbeta are overwritten; dx may be dy. With relu, dy counts where the ReLU let something through.
void wattle_batch_norm_backward(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta);

void wattle_batch_norm_training_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y);
void wattle_batch_norm_inference_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y);
void wattle_batch_norm_backward_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta);

// Batch normalization, ReLU and max-pooling in one: as wattle_batch_norm_* with a ReLU and wattle_max_pool behind it, but
// the values in between are not kept. The windows must tile x: strides equal to sides, nothing left over.
void wattle_batch_norm_max_pool_training(
    const wattle_pooling *shape, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, float *running_mean, float *running_variance, float *mean, float *inverse_deviation, float *y,
    int32_t *argmax);
void wattle_batch_norm_max_pool_inference(
    const wattle_pooling *shape, const float *x, const float *gamma, const float *beta, float epsilon,
    const float *running_mean, const float *running_variance, float *y);
// dx may be x.
void wattle_batch_norm_max_pool_backward(
    const wattle_pooling *shape, const float *x, const float *y, const int32_t *argmax, const float *gamma,
    const float *beta, const float *mean, const float *inverse_deviation, const float *dy, float *dx, float *dgamma,
    float *dbeta);

// Layer normalization over each row: x, y, dy, dx [rows, columns], gamma, beta, dgamma, dbeta [columns], mean and
// inverse_deviation [rows], kept for the backward pass. dx, dgamma, dbeta are overwritten.
void wattle_layer_norm(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y);
void wattle_layer_norm_backward(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta);
void wattle_layer_norm_reference(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y);
void wattle_layer_norm_backward_reference(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta);

#endif
