// Normalization for one instruction set: included once for each, with LANES and CLONE(name). No include guard on
// purpose.

#include "vector_clone.h"

// Rows go by in blocks that stay in the first cache level; the second pass goes backwards through them, because the
// last ones are still in the second. Within a block, channels go by in groups of four, two or one vector, so that memory
// is read in runs; only a group of one may have lanes left over.
WATTLE_INLINE size_t CLONE(block_rows)(size_t channels) { return channels < 512 ? 4096 / channels : 8; }

WATTLE_INLINE int32_t CLONE(lanes_left)(size_t channels, size_t j) {
  return channels - j < LANES ? (int32_t)(channels - j) : LANES;
}

// Vectors that are handled at once: those of a group, of as many rows.
enum { CLONE(AT_ONCE) = 4 };
#undef AT_ONCE
#define AT_ONCE CLONE(AT_ONCE)

// Calls body(vectors, lanes, first channel) for each group; the numbers of vectors, and whole lanes, are constants.
#undef FOR_EACH_GROUP
#define FOR_EACH_GROUP(body)                                      \
  for (size_t j = 0; j < channels;) {                             \
    size_t left = channels - j;                                   \
    if (left >= 4 * LANES) {                                      \
      body(4, LANES, j);                                          \
      j += 4 * LANES;                                             \
    } else if (left >= 2 * LANES) {                               \
      body(2, LANES, j);                                          \
      j += 2 * LANES;                                             \
    } else if (left >= LANES) {                                   \
      body(1, LANES, j);                                          \
      j += LANES;                                                 \
    } else {                                                      \
      body(1, (int32_t)left, j);                                  \
      j = channels;                                               \
    }                                                             \
  }

// Loads vector v of a group.
WATTLE_INLINE vector CLONE(load_of)(const float *from, int32_t v, const int32_t lanes) {
  return lanes == LANES ? CLONE(load)(from + v * LANES) : CLONE(load_some)(from, lanes);
}

WATTLE_INLINE void CLONE(store_of)(float *to, int32_t v, const int32_t lanes, vector value) {
  if (lanes == LANES) {
    CLONE(store)(to + v * LANES, value);
  } else {
    CLONE(store_some)(to, value, lanes);
  }
}

// The sums of vectors of several rows, by vector of the group.
WATTLE_INLINE vector CLONE(folded)(const int32_t vectors, const vector *sums, int32_t v) {
  vector sum = sums[v];
#pragma clang loop unroll(full)
  for (int32_t k = v + vectors; k < AT_ONCE; k += vectors) sum += sums[k];
  return sum;
}

// Joins the statistics of `rows` rows to those of `before` rows, by the update of Chan, Golub and LeVeque (1979):
// mean and squares (the sum of squared differences from the mean), one group of channels.
WATTLE_INLINE void CLONE(join_statistics)(
    const int32_t vectors, const int32_t lanes, size_t rows, size_t channels, const float *x, size_t before,
    float *mean, float *squares) {
  const size_t rows_at_once = AT_ONCE / vectors, whole = rows / rows_at_once * rows_at_once;
  vector sums[AT_ONCE] = {{0}}, differences[AT_ONCE] = {{0}}, center[AT_ONCE];
  for (size_t i = 0; i < whole; i += rows_at_once) {
#pragma clang loop unroll(full)
    for (int32_t k = 0; k < AT_ONCE; k++) {
      sums[k] += CLONE(load_of)(x + (i + k / vectors) * channels, k % vectors, lanes);
    }
  }
  for (size_t i = whole; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) sums[v] += CLONE(load_of)(x + i * channels, v, lanes);
  }
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) center[v] = CLONE(folded)(vectors, sums, v) * (1.0f / (float)rows);
  for (size_t i = 0; i < whole; i += rows_at_once) {
#pragma clang loop unroll(full)
    for (int32_t k = 0; k < AT_ONCE; k++) {
      vector difference =
          CLONE(load_of)(x + (i + k / vectors) * channels, k % vectors, lanes) - center[k % vectors];
      differences[k] += difference * difference;
    }
  }
  for (size_t i = whole; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      vector difference = CLONE(load_of)(x + i * channels, v, lanes) - center[v];
      differences[v] += difference * difference;
    }
  }
  float share = (float)((double)rows / (double)(before + rows));
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    vector old = CLONE(load_of)(mean, v, lanes), apart = center[v] - old;
    vector own = CLONE(folded)(vectors, differences, v);
    vector joined = CLONE(load_of)(squares, v, lanes) + own + apart * apart * (share * (float)before);
    CLONE(store_of)(mean, v, lanes, old + apart * share);
    CLONE(store_of)(squares, v, lanes, joined);
  }
}

// y = (x - mean) * scale + beta for one group of channels, then the lower bound.
WATTLE_INLINE void CLONE(normalize)(
    const int32_t vectors, const int32_t lanes, size_t rows, size_t channels, const float *x, const float *mean,
    const float *scale, const float *beta, vector bound, float *y) {
  vector center[AT_ONCE], factor[AT_ONCE], shift[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    center[v] = CLONE(load_of)(mean, v, lanes);
    factor[v] = CLONE(load_of)(scale, v, lanes);
    shift[v] = CLONE(load_of)(beta, v, lanes);
  }
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      vector z = (CLONE(load_of)(x + i * channels, v, lanes) - center[v]) * factor[v] + shift[v];
      CLONE(store_of)(y + i * channels, v, lanes, CLONE(at_least)(bound, z));
    }
  }
}

// The batch's mean and inverse deviation of each channel; moves the running statistics.
static void CLONE(batch_statistics)(
    size_t rows, size_t channels, const float *x, float epsilon, float momentum, float *running_mean,
    float *running_variance, float *mean, float *inverse_deviation) {
  const size_t block = CLONE(block_rows)(channels);
  memset(mean, 0, channels * sizeof(float));
  memset(inverse_deviation, 0, channels * sizeof(float));
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
#define JOIN(vectors, lanes, j)                                                                      \
  CLONE(join_statistics)                                                                             \
  (vectors, lanes, count, channels, x + first * channels + j, first, mean + j, inverse_deviation + j)
    FOR_EACH_GROUP(JOIN)
#undef JOIN
  }
  for (size_t j = 0; j < channels; j++) {
    float squares = inverse_deviation[j], variance = squares / (float)rows;
    float unbiased = rows > 1 ? squares / (float)(rows - 1) : variance;
    running_mean[j] = (1.0f - momentum) * running_mean[j] + momentum * mean[j];
    running_variance[j] = (1.0f - momentum) * running_variance[j] + momentum * unbiased;
    inverse_deviation[j] = 1.0f / __builtin_elementwise_sqrt(variance + epsilon);
  }
}

static void CLONE(batch_norm_training)(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
    float momentum, int relu, float *running_mean, float *running_variance, float *mean, float *inverse_deviation,
    float *y) {
  const size_t block = CLONE(block_rows)(channels), blocks = (rows + block - 1) / block;
  const vector bound = CLONE(splat)(relu ? 0.0f : -INFINITY);
  CLONE(batch_statistics)
  (rows, channels, x, epsilon, momentum, running_mean, running_variance, mean, inverse_deviation);
  for (size_t b = blocks; b-- > 0;) {
    size_t first = b * block, count = rows - first < block ? rows - first : block;
#define NORMALIZE(vectors, lanes, j)                                                                             \
  float scale[4 * LANES];                                                                                        \
  for (int32_t c = 0; c < (vectors - 1) * LANES + lanes; c++) scale[c] = gamma[j + c] * inverse_deviation[j + c]; \
  CLONE(normalize)                                                                                               \
  (vectors, lanes, count, channels, x + first * channels + j, mean + j, scale, beta + j, bound, y + first * channels + j)
    FOR_EACH_GROUP(NORMALIZE)
#undef NORMALIZE
  }
}

static void CLONE(batch_norm_inference)(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon, int relu,
    const float *running_mean, const float *running_variance, float *y) {
  const size_t block = CLONE(block_rows)(channels);
  const vector bound = CLONE(splat)(relu ? 0.0f : -INFINITY);
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
#define NORMALIZE(vectors, lanes, j)                                                                  \
  float scale[4 * LANES];                                                                             \
  for (int32_t c = 0; c < (vectors - 1) * LANES + lanes; c++) {                                       \
    scale[c] = gamma[j + c] / __builtin_elementwise_sqrt(running_variance[j + c] + epsilon);          \
  }                                                                                                   \
  CLONE(normalize)                                                                                    \
  (vectors, lanes, count, channels, x + first * channels + j, running_mean + j, scale, beta + j, bound, \
   y + first * channels + j)
    FOR_EACH_GROUP(NORMALIZE)
#undef NORMALIZE
  }
}

// The gradient where what the ReLU, if there is one, was given is above 0: it is computed again, in the same way.
WATTLE_INLINE vector CLONE(gradient_through)(
    const int relu, vector centered, vector factor, vector shift, const float *dy, int32_t v, const int32_t lanes) {
  vector gradient = CLONE(load_of)(dy, v, lanes);
  if (!relu) return gradient;
  return CLONE(select)(centered * factor + shift > (vector){0}, gradient, (vector){0});
}

// Adds one group of channels of the gradients by gamma, not yet scaled, and beta.
WATTLE_INLINE void CLONE(add_parameter_gradients)(
    const int relu, const int32_t vectors, const int32_t lanes, size_t rows, size_t channels, const float *x,
    const float *gamma, const float *beta, const float *dy, const float *mean, const float *inverse_deviation,
    float *dgamma, float *dbeta) {
  const size_t rows_at_once = AT_ONCE / vectors, whole = rows / rows_at_once * rows_at_once;
  vector products[AT_ONCE] = {{0}}, sums[AT_ONCE] = {{0}}, center[AT_ONCE], factor[AT_ONCE], shift[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    center[v] = CLONE(load_of)(mean, v, lanes);
    factor[v] = CLONE(load_of)(gamma, v, lanes) * CLONE(load_of)(inverse_deviation, v, lanes);
    shift[v] = CLONE(load_of)(beta, v, lanes);
  }
  for (size_t i = 0; i < whole; i += rows_at_once) {
#pragma clang loop unroll(full)
    for (int32_t k = 0; k < AT_ONCE; k++) {
      const int32_t v = k % vectors;
      size_t at = (i + k / vectors) * channels;
      vector centered = CLONE(load_of)(x + at, v, lanes) - center[v];
      vector gradient = CLONE(gradient_through)(relu, centered, factor[v], shift[v], dy + at, v, lanes);
      sums[k] += gradient;
      products[k] += gradient * centered;
    }
  }
  for (size_t i = whole; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      size_t at = i * channels;
      vector centered = CLONE(load_of)(x + at, v, lanes) - center[v];
      vector gradient = CLONE(gradient_through)(relu, centered, factor[v], shift[v], dy + at, v, lanes);
      sums[v] += gradient;
      products[v] += gradient * centered;
    }
  }
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    vector product = CLONE(folded)(vectors, products, v), sum = CLONE(folded)(vectors, sums, v);
    CLONE(store_of)(dgamma, v, lanes, CLONE(load_of)(dgamma, v, lanes) + product);
    CLONE(store_of)(dbeta, v, lanes, CLONE(load_of)(dbeta, v, lanes) + sum);
  }
}

// dx = gamma * inverse * (gradient - dbeta / rows - (x - mean) * inverse * dgamma / rows); dx may be dy.
WATTLE_INLINE void CLONE(input_gradient)(
    const int relu, const int32_t vectors, const int32_t lanes, size_t rows, size_t channels, const float *x,
    const float *gamma, const float *beta, const float *dy, const float *mean, const float *inverse_deviation,
    const float *dgamma, const float *dbeta, float share, float *dx) {
  vector center[AT_ONCE], scale[AT_ONCE], shift[AT_ONCE], slope[AT_ONCE], offset[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    vector inverse = CLONE(load_of)(inverse_deviation, v, lanes);
    center[v] = CLONE(load_of)(mean, v, lanes);
    scale[v] = CLONE(load_of)(gamma, v, lanes) * inverse;
    shift[v] = CLONE(load_of)(beta, v, lanes);
    slope[v] = -scale[v] * inverse * (CLONE(load_of)(dgamma, v, lanes) * share);
    offset[v] = -scale[v] * (CLONE(load_of)(dbeta, v, lanes) * share);
  }
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      size_t at = i * channels;
      vector centered = CLONE(load_of)(x + at, v, lanes) - center[v];
      vector gradient = CLONE(gradient_through)(relu, centered, scale[v], shift[v], dy + at, v, lanes);
      CLONE(store_of)(dx + at, v, lanes, gradient * scale[v] + (centered * slope[v] + offset[v]));
    }
  }
}

WATTLE_INLINE void CLONE(batch_norm_backward_rows)(
    const int relu, size_t rows, size_t channels, const float *x, const float *gamma, const float *beta,
    const float *mean, const float *inverse_deviation, const float *dy, float *dx, float *dgamma, float *dbeta) {
  const size_t block = CLONE(block_rows)(channels), blocks = (rows + block - 1) / block;
  memset(dgamma, 0, channels * sizeof(float));
  memset(dbeta, 0, channels * sizeof(float));
  for (size_t first = 0; first < rows; first += block) {
    size_t count = rows - first < block ? rows - first : block;
#define ADD(vectors, lanes, j)                                                                              \
  size_t at = first * channels + j;                                                                         \
  CLONE(add_parameter_gradients)                                                                            \
  (relu, vectors, lanes, count, channels, x + at, gamma + j, beta + j, dy + at, mean + j, inverse_deviation + j, \
   dgamma + j, dbeta + j)
    FOR_EACH_GROUP(ADD)
#undef ADD
  }
  for (size_t j = 0; j < channels; j++) dgamma[j] *= inverse_deviation[j];
  const float share = 1.0f / (float)rows;
  for (size_t b = blocks; b-- > 0;) {
    size_t first = b * block, count = rows - first < block ? rows - first : block;
#define PROPAGATE(vectors, lanes, j)                                                                       \
  size_t at = first * channels + j;                                                                        \
  CLONE(input_gradient)                                                                                    \
  (relu, vectors, lanes, count, channels, x + at, gamma + j, beta + j, dy + at, mean + j, inverse_deviation + j, \
   dgamma + j, dbeta + j, share, dx + at)
    FOR_EACH_GROUP(PROPAGATE)
#undef PROPAGATE
  }
}

static void CLONE(batch_norm_backward)(
    size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *inverse_deviation, int relu, const float *dy, float *dx, float *dgamma, float *dbeta) {
  if (relu) {
    CLONE(batch_norm_backward_rows)(1, rows, channels, x, gamma, beta, mean, inverse_deviation, dy, dx, dgamma, dbeta);
  } else {
    CLONE(batch_norm_backward_rows)(0, rows, channels, x, gamma, beta, mean, inverse_deviation, dy, dx, dgamma, dbeta);
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
