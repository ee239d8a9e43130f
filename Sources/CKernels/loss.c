#include "CKernels.h"
#include "elementary.h"

// The sum of log p over the rows as the logarithm of a product: one call of log for many rows. Each factor lies in
// [1, classes], so a double holds hundreds of them.
typedef struct {
  double product;
  double sum;
} log_sum;

WATTLE_INLINE void add_logarithm(log_sum *total, double factor) {
  total->product *= factor;
  if (!(total->product < 1e280)) {
    total->sum += log(total->product);
    total->product = 1.0;
  }
}

WATTLE_INLINE float largest(size_t count, const float *values) {
  float best = values[0];
  for (size_t j = 1; j < count; j++) best = values[j] > best ? values[j] : best;
  return best;
}

WATTLE_KERNEL double wattle_softmax_cross_entropy(
    size_t rows, size_t classes, const float *restrict logits, const int32_t *restrict labels,
    float *restrict gradient) {
  log_sum total = {1.0, 0.0};
  double margin = 0.0;
  for (size_t row = 0; row < rows; row++) {
    const float *x = logits + row * classes;
    float *g = gradient + row * classes;
    float peak = largest(classes, x);
    WATTLE_VECTORIZE
    for (size_t j = 0; j < classes; j++) g[j] = x[j] - peak;
    margin -= g[labels[row]];
  }
  // One run over all rows: a row alone is too short to fill a vector.
  WATTLE_VECTORIZE
  for (size_t i = 0; i < rows * classes; i++) gradient[i] = wattle_exp_value(gradient[i]);
  float scale = 1.0f / (float)rows;
  for (size_t row = 0; row < rows; row++) {
    float *g = gradient + row * classes;
    float sum = 0.0f;
    {
#pragma clang fp reassociate(on)
      WATTLE_VECTORIZE
      for (size_t j = 0; j < classes; j++) sum += g[j];
    }
    add_logarithm(&total, sum);
    float factor = scale / sum;
    WATTLE_VECTORIZE
    for (size_t j = 0; j < classes; j++) g[j] *= factor;
    g[labels[row]] -= scale;
  }
  return total.sum + log(total.product) + margin;
}

size_t wattle_count_correct(size_t rows, size_t classes, const float *logits, const int32_t *labels) {
  size_t correct = 0;
  for (size_t row = 0; row < rows; row++) {
    const float *x = logits + row * classes;
    size_t best = 0;
    for (size_t j = 1; j < classes; j++) {
      if (x[j] > x[best]) best = j;
    }
    correct += best == (size_t)labels[row];
  }
  return correct;
}

double wattle_softmax_cross_entropy_reference(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, float *gradient) {
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    const float *x = logits + row * classes;
    double peak = x[0], sum = 0.0;
    for (size_t j = 1; j < classes; j++) peak = fmax(peak, x[j]);
    for (size_t j = 0; j < classes; j++) sum += exp(x[j] - peak);
    loss += log(sum) + peak - x[labels[row]];
    for (size_t j = 0; j < classes; j++) {
      double probability = exp(x[j] - peak) / sum;
      gradient[row * classes + j] = (float)((probability - (j == (size_t)labels[row])) / (double)rows);
    }
  }
  return loss;
}
