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

WATTLE_KERNEL double wattle_weighted_cross_entropy(
    size_t rows, size_t classes, const float *restrict logits, const int32_t *restrict labels,
    const float *restrict weights, float smoothing, float scale, float *restrict gradient) {
  float share = smoothing / (float)classes, kept = 1.0f - smoothing;
  float weight_sum = 0.0f;
  for (size_t j = 0; j < classes; j++) weight_sum += weights[j];
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    const float *x = logits + row * classes;
    float *g = gradient + row * classes;
    float peak = largest(classes, x);
    float spread = 0.0f;
    {
#pragma clang fp reassociate(on)
      WATTLE_VECTORIZE
      for (size_t j = 0; j < classes; j++) {
        float z = x[j] - peak;
        spread += weights[j] * z;
        g[j] = z;
      }
    }
    loss -= kept * weights[labels[row]] * g[labels[row]] + (share > 0.0f ? share * spread : 0.0f);
  }
  WATTLE_VECTORIZE
  for (size_t i = 0; i < rows * classes; i++) gradient[i] = wattle_exp_value(gradient[i]);
  for (size_t row = 0; row < rows; row++) {
    float *g = gradient + row * classes;
    float sum = 0.0f;
    {
#pragma clang fp reassociate(on)
      WATTLE_VECTORIZE
      for (size_t j = 0; j < classes; j++) sum += g[j];
    }
    float hit = kept * weights[labels[row]], total = hit + share * weight_sum;
    loss += total * log(sum);
    float factor = scale * total / sum;
    WATTLE_VECTORIZE
    for (size_t j = 0; j < classes; j++) g[j] = g[j] * factor - scale * share * weights[j];
    g[labels[row]] -= scale * hit;
  }
  return loss;
}

WATTLE_KERNEL double wattle_binary_cross_entropy(
    size_t rows, const float *restrict logits, const int32_t *restrict labels, const float *restrict weights,
    float smoothing, float scale, float *restrict gradient) {
  float share = smoothing / 2.0f, kept = 1.0f - smoothing;
  WATTLE_VECTORIZE
  for (size_t row = 0; row < rows; row++) gradient[row] = wattle_exp_value(-fabsf(logits[row]));
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    float x = logits[row], small = gradient[row];
    // What the negative logarithms of the two classes' probabilities count for.
    float first = share * weights[0] + (labels[row] == 0 ? kept * weights[0] : 0.0f);
    float second = share * weights[1] + (labels[row] == 1 ? kept * weights[1] : 0.0f);
    float total = first + second;
    loss += total * log1pf(small) + (x > 0.0f ? first * x : -second * x);
    float probability = (x > 0.0f ? 1.0f : small) / (1.0f + small);
    gradient[row] = scale * (total * probability - second);
  }
  return loss;
}

WATTLE_KERNEL double wattle_squared_error(
    size_t rows, const float *restrict predictions, const float *restrict targets, float scale,
    float *restrict gradient) {
#pragma clang fp reassociate(on)
  double loss = 0.0;
  WATTLE_VECTORIZE
  for (size_t row = 0; row < rows; row++) {
    float error = predictions[row] - targets[row];
    gradient[row] = 2.0f * scale * error;
    loss += (double)error * error;
  }
  return loss;
}

WATTLE_KERNEL double wattle_huber(
    size_t rows, float delta, const float *restrict predictions, const float *restrict targets, float scale,
    float *restrict gradient) {
#pragma clang fp reassociate(on)
  double loss = 0.0;
  WATTLE_VECTORIZE
  for (size_t row = 0; row < rows; row++) {
    float error = predictions[row] - targets[row];
    float clamped = error > delta ? delta : error < -delta ? -delta : error;
    gradient[row] = scale * clamped;
    // 1/2 e^2 within delta and delta (|e| - delta / 2) beyond, in one formula.
    loss += (double)clamped * (error - 0.5f * clamped);
  }
  return loss;
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

size_t wattle_count_correct_binary(size_t rows, const float *logits, const int32_t *labels) {
  size_t correct = 0;
  for (size_t row = 0; row < rows; row++) correct += (logits[row] > 0.0f) == (labels[row] == 1);
  return correct;
}

double wattle_weighted_cross_entropy_reference(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, const float *weights, float smoothing,
    float scale, float *gradient) {
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    const float *x = logits + row * classes;
    double peak = x[0], sum = 0.0, total = 0.0;
    for (size_t j = 1; j < classes; j++) peak = fmax(peak, x[j]);
    for (size_t j = 0; j < classes; j++) sum += exp(x[j] - peak);
    for (size_t j = 0; j < classes; j++) {
      double wanted = weights[j] * (smoothing / (double)classes + (1.0 - smoothing) * (j == (size_t)labels[row]));
      loss += wanted * (log(sum) + peak - x[j]);
      total += wanted;
    }
    for (size_t j = 0; j < classes; j++) {
      double wanted = weights[j] * (smoothing / (double)classes + (1.0 - smoothing) * (j == (size_t)labels[row]));
      gradient[row * classes + j] = (float)(scale * (total * exp(x[j] - peak) / sum - wanted));
    }
  }
  return loss;
}

double wattle_binary_cross_entropy_reference(
    size_t rows, const float *logits, const int32_t *labels, const float *weights, float smoothing, float scale,
    float *gradient) {
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    double pair[2] = {0.0, logits[row]}, sum = exp(-fmax(pair[1], 0.0)) + exp(pair[1] - fmax(pair[1], 0.0));
    double total = 0.0, second = 0.0;
    for (int j = 0; j < 2; j++) {
      double wanted = weights[j] * (smoothing / 2.0 + (1.0 - smoothing) * (j == labels[row]));
      loss += wanted * (log(sum) + fmax(pair[1], 0.0) - pair[j]);
      total += wanted;
      second = wanted;
    }
    gradient[row] = (float)(scale * (total / (1.0 + exp(-pair[1])) - second));
  }
  return loss;
}

double wattle_squared_error_reference(
    size_t rows, const float *predictions, const float *targets, float scale, float *gradient) {
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    double error = (double)predictions[row] - targets[row];
    loss += error * error;
    gradient[row] = (float)(2.0 * scale * error);
  }
  return loss;
}

double wattle_huber_reference(
    size_t rows, float delta, const float *predictions, const float *targets, float scale, float *gradient) {
  double loss = 0.0;
  for (size_t row = 0; row < rows; row++) {
    double error = (double)predictions[row] - targets[row], distance = fabs(error);
    loss += distance <= delta ? 0.5 * error * error : delta * (distance - 0.5 * delta);
    gradient[row] = (float)(scale * (distance <= delta ? error : copysign(delta, error)));
  }
  return loss;
}
