// Normalization for one instruction set: included once for each, with LANES and CLONE(name). No include guard on
// purpose.

#include "vector_clone.h"

// Rows go by in blocks that stay in the first cache level; the second pass goes backwards through them, because the
// last ones are still in the second.
WATTLE_INLINE size_t CLONE(block_rows)(size_t channels) { return channels < 512 ? 4096 / channels : 8; }

WATTLE_INLINE int32_t CLONE(lanes_left)(size_t channels, size_t j) {
  return channels - j < LANES ? (int32_t)(channels - j) : LANES;
}

// Joins the statistics of `rows` rows to those of `before` rows, by the update of Chan, Golub and LeVeque (1979):
// mean and squares (the sum of squared differences from the mean), one vector of channels.
WATTLE_INLINE void CLONE(join_statistics)(
    size_t rows, size_t channels, const float *x, size_t before, int32_t lanes, float *mean, float *squares) {
  vector sums[4] = {{0}}, differences[4] = {{0}};
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k++) sums[k] += CLONE(load_some)(x + (i + k) * channels, lanes);
  }
  for (; i < rows; i++) sums[0] += CLONE(load_some)(x + i * channels, lanes);
  vector center = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1.0f / (float)rows);
  for (i = 0; i + 4 <= rows; i += 4) {
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k++) {
      vector difference = CLONE(load_some)(x + (i + k) * channels, lanes) - center;
      differences[k] += difference * difference;
    }
  }
  for (; i < rows; i++) {
    vector difference = CLONE(load_some)(x + i * channels, lanes) - center;
    differences[0] += difference * difference;
  }
  vector own = (differences[0] + differences[1]) + (differences[2] + differences[3]);
  float share = (float)((double)rows / (double)(before + rows));
  vector old = CLONE(load_some)(mean, lanes), apart = center - old;
  vector joined = CLONE(load_some)(squares, lanes) + own + apart * apart * (share * (float)before);
  CLONE(store_some)(mean, old + apart * share, lanes);
  CLONE(store_some)(squares, joined, lanes);
}

// y = (x - mean) * scale + beta for one vector of channels, then the lower bound.
WATTLE_INLINE void CLONE(normalize)(
    size_t rows, size_t channels, const float *x, int32_t lanes, vector mean, vector scale, vector beta, vector bound,
    float *y) {
#pragma clang loop unroll_count(4)
  for (size_t i = 0; i < rows; i++) {
    vector z = (CLONE(load_some)(x + i * channels, lanes) - mean) * scale + beta;
    CLONE(store_some)(y + i * channels, CLONE(at_least)(bound, z), lanes);
  }
}

static void CLONE(batch_norm_training)(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y) {
  const size_t block = CLONE(block_rows)(channels), blocks = (rows + block - 1) / block;
  const vector bound = CLONE(splat)(relu ? 0.0f : -INFINITY);
  memset(mean, 0, channels * sizeof(float));
  memset(inverse_deviation, 0, channels * sizeof(float));
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
    for (size_t j = 0; j < channels; j += LANES) {
      CLONE(join_statistics)
      (count, channels, x + first * channels + j, first, CLONE(lanes_left)(channels, j), mean + j,
       inverse_deviation + j);
    }
  }
  for (size_t j = 0; j < channels; j++) {
    float squares = inverse_deviation[j], variance = squares / (float)rows;
    float unbiased = rows > 1 ? squares / (float)(rows - 1) : variance;
    running_mean[j] = (1.0f - momentum) * running_mean[j] + momentum * mean[j];
    running_variance[j] = (1.0f - momentum) * running_variance[j] + momentum * unbiased;
    inverse_deviation[j] = 1.0f / __builtin_elementwise_sqrt(variance + epsilon);
  }
  for (size_t b = blocks; b-- > 0;) {
    size_t first = b * block, count = rows - first < block ? rows - first : block;
    for (size_t j = 0; j < channels; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(channels, j);
      vector scale = CLONE(load_some)(gamma + j, lanes) * CLONE(load_some)(inverse_deviation + j, lanes);
      CLONE(normalize)
      (count, channels, x + first * channels + j, lanes, CLONE(load_some)(mean + j, lanes), scale,
       CLONE(load_some)(beta + j, lanes), bound, y + first * channels + j);
    }
  }
}

static void CLONE(batch_norm_inference)(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y) {
  const size_t block = CLONE(block_rows)(channels);
  const vector bound = CLONE(splat)(relu ? 0.0f : -INFINITY);
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
    for (size_t j = 0; j < channels; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(channels, j);
      vector variance = CLONE(load_some)(running_variance + j, lanes) + epsilon;
      vector scale = CLONE(load_some)(gamma + j, lanes) / __builtin_elementwise_sqrt(variance);
      CLONE(normalize)
      (count, channels, x + first * channels + j, lanes, CLONE(load_some)(running_mean + j, lanes), scale,
       CLONE(load_some)(beta + j, lanes), bound, y + first * channels + j);
    }
  }
}

// The gradient by what the ReLU, if there is one, was given.
WATTLE_INLINE vector CLONE(masked_gradient)(int relu, const float *y, const float *dy, size_t at, int32_t lanes) {
  vector gradient = CLONE(load_some)(dy + at, lanes);
  if (!relu) return gradient;
  return CLONE(select)(CLONE(load_some)(y + at, lanes) > (vector){0}, gradient, (vector){0});
}

// Adds one vector of channels of the gradients by gamma, not yet scaled, and beta.
WATTLE_INLINE void CLONE(add_parameter_gradients)(
    const int relu, size_t rows, size_t channels, const float *x, const float *y, const float *dy, int32_t lanes,
    vector mean, float *dgamma, float *dbeta) {
  vector products[4] = {{0}}, sums[4] = {{0}};
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
#pragma clang loop unroll(full)
    for (size_t k = 0; k < 4; k++) {
      size_t at = (i + k) * channels;
      vector gradient = CLONE(masked_gradient)(relu, y, dy, at, lanes);
      sums[k] += gradient;
      products[k] += gradient * (CLONE(load_some)(x + at, lanes) - mean);
    }
  }
  for (; i < rows; i++) {
    vector gradient = CLONE(masked_gradient)(relu, y, dy, i * channels, lanes);
    sums[0] += gradient;
    products[0] += gradient * (CLONE(load_some)(x + i * channels, lanes) - mean);
  }
  vector product = (products[0] + products[1]) + (products[2] + products[3]);
  CLONE(store_some)(dgamma, CLONE(load_some)(dgamma, lanes) + product, lanes);
  vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  CLONE(store_some)(dbeta, CLONE(load_some)(dbeta, lanes) + sum, lanes);
}

// dx = gamma * inverse * (gradient - dbeta / rows - (x - mean) * inverse * dgamma / rows)
WATTLE_INLINE void CLONE(input_gradient)(
    const int relu, size_t rows, size_t channels, const float *x, const float *y, const float *dy, int32_t lanes,
    vector mean, vector scale, vector slope, vector offset, float *dx) {
#pragma clang loop unroll_count(4)
  for (size_t i = 0; i < rows; i++) {
    size_t at = i * channels;
    vector gradient = CLONE(masked_gradient)(relu, y, dy, at, lanes);
    vector centered = CLONE(load_some)(x + at, lanes) - mean;
    CLONE(store_some)(dx + at, gradient * scale + (centered * slope + offset), lanes);
  }
}

static void CLONE(batch_norm_backward)(
    size_t rows, size_t channels, const float *x, const float *y, const float *gamma, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta) {
  const size_t block = CLONE(block_rows)(channels), blocks = (rows + block - 1) / block;
  memset(dgamma, 0, channels * sizeof(float));
  memset(dbeta, 0, channels * sizeof(float));
  if (!relu) y = x;
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
    for (size_t j = 0; j < channels; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(channels, j);
      size_t at = first * channels + j;
      vector center = CLONE(load_some)(mean + j, lanes);
      if (relu) {
        CLONE(add_parameter_gradients)
        (1, count, channels, x + at, y + at, dy + at, lanes, center, dgamma + j, dbeta + j);
      } else {
        CLONE(add_parameter_gradients)
        (0, count, channels, x + at, y + at, dy + at, lanes, center, dgamma + j, dbeta + j);
      }
    }
  }
  for (size_t j = 0; j < channels; j++) dgamma[j] *= inverse_deviation[j];
  const float share = 1.0f / (float)rows;
  for (size_t b = blocks; b-- > 0;) {
    size_t first = b * block, count = rows - first < block ? rows - first : block;
    for (size_t j = 0; j < channels; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(channels, j);
      size_t at = first * channels + j;
      vector center = CLONE(load_some)(mean + j, lanes), inverse = CLONE(load_some)(inverse_deviation + j, lanes);
      vector scale = CLONE(load_some)(gamma + j, lanes) * inverse;
      vector slope = -scale * inverse * (CLONE(load_some)(dgamma + j, lanes) * share);
      vector offset = -scale * (CLONE(load_some)(dbeta + j, lanes) * share);
      if (relu) {
        CLONE(input_gradient)
        (1, count, channels, x + at, y + at, dy + at, lanes, center, scale, slope, offset, dx + at);
      } else {
        CLONE(input_gradient)
        (0, count, channels, x + at, y + at, dy + at, lanes, center, scale, slope, offset, dx + at);
      }
    }
  }
}

static void CLONE(layer_norm)(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *beta, float epsilon, float *mean,
    float *inverse_deviation, float *y) {
  const float share = 1.0f / (float)columns;
  for (size_t i = 0; i < rows; i++, x += columns, y += columns) {
    vector total = {0}, squares = {0};
    for (size_t j = 0; j < columns; j += LANES) {
      total += CLONE(load_some)(x + j, CLONE(lanes_left)(columns, j));
    }
    float center = CLONE(sum)(total) * share;
    for (size_t j = 0; j < columns; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(columns, j);
      vector difference = CLONE(load_some)(x + j, lanes) - center;
      difference = CLONE(select)(CLONE(first_lanes)(lanes), difference, (vector){0});
      squares += difference * difference;
    }
    float scale = 1.0f / __builtin_elementwise_sqrt(CLONE(sum)(squares) * share + epsilon);
    for (size_t j = 0; j < columns; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(columns, j);
      vector normal = (CLONE(load_some)(x + j, lanes) - center) * scale;
      vector z = normal * CLONE(load_some)(gamma + j, lanes) + CLONE(load_some)(beta + j, lanes);
      CLONE(store_some)(y + j, z, lanes);
    }
    mean[i] = center;
    inverse_deviation[i] = scale;
  }
}

static void CLONE(layer_norm_backward)(
    size_t rows, size_t columns, const float *x, const float *gamma, const float *mean,
    const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta) {
  const float share = 1.0f / (float)columns;
  memset(dgamma, 0, columns * sizeof(float));
  memset(dbeta, 0, columns * sizeof(float));
  for (size_t i = 0; i < rows; i++, x += columns, dy += columns, dx += columns) {
    const float center = mean[i], scale = inverse_deviation[i];
    vector sums = {0}, products = {0};
    for (size_t j = 0; j < columns; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(columns, j);
      vector by_output = CLONE(load_some)(dy + j, lanes);
      vector normal = (CLONE(load_some)(x + j, lanes) - center) * scale;
      vector gradient = by_output * CLONE(load_some)(gamma + j, lanes);
      sums += gradient;
      products += gradient * normal;
      CLONE(store_some)(dgamma + j, CLONE(load_some)(dgamma + j, lanes) + by_output * normal, lanes);
      CLONE(store_some)(dbeta + j, CLONE(load_some)(dbeta + j, lanes) + by_output, lanes);
    }
    float sum = CLONE(sum)(sums) * share, product = CLONE(sum)(products) * share;
    for (size_t j = 0; j < columns; j += LANES) {
      int32_t lanes = CLONE(lanes_left)(columns, j);
      vector normal = (CLONE(load_some)(x + j, lanes) - center) * scale;
      vector gradient = CLONE(load_some)(dy + j, lanes) * CLONE(load_some)(gamma + j, lanes);
      CLONE(store_some)(dx + j, (gradient - sum - normal * product) * scale, lanes);
    }
  }
}
