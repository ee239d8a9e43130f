#include <math.h>

#include "CKernels.h"

// Plain versions in double precision. Nothing calls them but the tests.

void wattle_batch_norm_training_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y) {
  for (size_t c = 0; c < channels; c++) {
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < rows; i++) sum += x[i * channels + c];
    double center = sum / (double)rows;
    for (size_t i = 0; i < rows; i++) squares += (x[i * channels + c] - center) * (x[i * channels + c] - center);
    double variance = squares / (double)rows, unbiased = rows > 1 ? squares / (double)(rows - 1) : variance;
    double scale = 1.0 / sqrt(variance + epsilon);
    for (size_t i = 0; i < rows; i++) {
      double z = gamma[c] * (x[i * channels + c] - center) * scale + beta[c];
      y[i * channels + c] = relu && z < 0.0 ? 0.0f : (float)z;
    }
    mean[c] = (float)center;
    inverse_deviation[c] = (float)scale;
    running_mean[c] = (float)((1.0 - momentum) * running_mean[c] + momentum * center);
    running_variance[c] = (float)((1.0 - momentum) * running_variance[c] + momentum * unbiased);
  }
}

void wattle_batch_norm_inference_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y) {
  for (size_t i = 0; i < rows * channels; i++) {
    size_t c = i % channels;
    double z = gamma[c] * ((double)x[i] - running_mean[c]) / sqrt((double)running_variance[c] + epsilon) + beta[c];
    y[i] = relu && z < 0.0 ? 0.0f : (float)z;
  }
}

void wattle_batch_norm_backward_reference(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta) {
  for (size_t c = 0; c < channels; c++) {
    double sum = 0.0, product = 0.0, scale = inverse_deviation[c];
    for (size_t i = c; i < rows * channels; i += channels) {
      double normal = ((double)x[i] - mean[c]) * scale;
      double gradient = relu && !(gamma[c] * normal + beta[c] > 0.0) ? 0.0 : dy[i];
      sum += gradient;
      product += gradient * normal;
    }
    for (size_t i = c; i < rows * channels; i += channels) {
      double normal = ((double)x[i] - mean[c]) * scale;
      double gradient = relu && !(gamma[c] * normal + beta[c] > 0.0) ? 0.0 : dy[i];
      dx[i] = (float)(gamma[c] * scale * (gradient - sum / (double)rows - normal * product / (double)rows));
    }
    dgamma[c] = (float)product;
    dbeta[c] = (float)sum;
  }
}

void wattle_layer_norm_reference(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y) {
  for (size_t i = 0; i < rows; i++, x += columns, y += columns) {
    double sum = 0.0, squares = 0.0;
    for (size_t j = 0; j < columns; j++) sum += x[j];
    double center = sum / (double)columns;
    for (size_t j = 0; j < columns; j++) squares += (x[j] - center) * (x[j] - center);
    double scale = 1.0 / sqrt(squares / (double)columns + epsilon);
    for (size_t j = 0; j < columns; j++) y[j] = (float)(gamma[j] * (x[j] - center) * scale + beta[j]);
    mean[i] = (float)center;
    inverse_deviation[i] = (float)scale;
  }
}

void wattle_layer_norm_backward_reference(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta) {
  for (size_t i = 0; i < rows; i++) {
    const float *xs = x + i * columns, *dys = dy + i * columns;
    double sum = 0.0, product = 0.0, scale = inverse_deviation[i];
    for (size_t j = 0; j < columns; j++) {
      double gradient = (double)dys[j] * gamma[j];
      sum += gradient;
      product += gradient * ((double)xs[j] - mean[i]) * scale;
    }
    for (size_t j = 0; j < columns; j++) {
      double gradient = (double)dys[j] * gamma[j], normal = ((double)xs[j] - mean[i]) * scale;
      dx[i * columns + j] = (float)(scale * (gradient - sum / (double)columns - normal * product / (double)columns));
    }
  }
  for (size_t j = 0; j < columns; j++) {
    double sum = 0.0, product = 0.0;
    for (size_t i = 0; i < rows; i++) {
      sum += dy[i * columns + j];
      product += dy[i * columns + j] * ((double)x[i * columns + j] - mean[i]) * inverse_deviation[i];
    }
    dgamma[j] = (float)product;
    dbeta[j] = (float)sum;
  }
}
