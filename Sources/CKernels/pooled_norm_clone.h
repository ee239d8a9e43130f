// Batch normalization with a ReLU and max-pooling behind it, for one instruction set: included behind
// normalization_clone.h, with its LANES and CLONE(name). No include guard on purpose.
//
// The normalized values are never written: each is the largest of its window or forgotten.

WATTLE_INLINE whole_vector CLONE(load_whole)(const int32_t *from, int32_t v, const int32_t lanes) {
  return (whole_vector)CLONE(load_of)((const float *)from, v, lanes);
}

// The offsets of a vector's lanes.
WATTLE_INLINE whole_vector CLONE(offsets)(void) {
  whole_vector own;
  for (int32_t lane = 0; lane < LANES; lane++) own[lane] = lane;
  return own;
}

// One row of windows, one group of channels. at is the offset of the group in the row's first window.
WATTLE_INLINE void CLONE(pool_normalized)(
    const int32_t height, const int32_t width, const int32_t vectors, const int32_t lanes, const wattle_pooling *s, const float *x, int32_t at,
    const float *mean, const float *scale, const float *beta, float *y, int32_t *argmax) {
  const whole_vector own = CLONE(offsets)();
  vector center[AT_ONCE], factor[AT_ONCE], shift[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    center[v] = CLONE(load_of)(mean, v, lanes);
    factor[v] = CLONE(load_of)(scale, v, lanes);
    shift[v] = CLONE(load_of)(beta, v, lanes);
  }
  for (int32_t ox = 0; ox < s->output_width; ox++, y += s->channels, at += width * s->channels) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      vector best = CLONE(splat)(-INFINITY);
      whole_vector place = own + (at + v * LANES);
#pragma clang loop unroll_count(2)
      for (int32_t wy = 0; wy < height; wy++) {
#pragma clang loop unroll_count(2)
        for (int32_t wx = 0; wx < width; wx++) {
          int32_t here = at + (wy * s->width + wx) * s->channels;
          vector z = (CLONE(load_of)(x + here, v, lanes) - center[v]) * factor[v] + shift[v];
          // A NaN wins, and stays.
          whole_vector larger = ~(z <= best) & (best == best);
          place = (larger & (own + (here + v * LANES))) | (~larger & place);
          best = CLONE(select)(larger, z, best);
        }
      }
      CLONE(store_of)(y, v, lanes, CLONE(at_least)((vector){0}, best));
      if (argmax) CLONE(store_of)((float *)argmax + ox * s->channels, v, lanes, (vector)place);
    }
  }
}

// The gradient where the ReLU let something through.
WATTLE_INLINE vector CLONE(masked_gradient)(const float *y, const float *dy, int32_t v, const int32_t lanes) {
  return CLONE(select)(
      CLONE(load_of)(y, v, lanes) > (vector){0}, CLONE(load_of)(dy, v, lanes), (vector){0});
}

// Whether gamma is so large beside beta, in all channels, that what was normalized can be had back from y.
WATTLE_INLINE int CLONE(can_invert)(const int32_t channels, const float *gamma, const float *beta) {
  for (int32_t c = 0; c < channels; c++) {
    const float most = __builtin_elementwise_max(1.0f, __builtin_elementwise_abs(beta[c]));
    if (!(__builtin_elementwise_abs(gamma[c]) >= 0.1f * most)) return 0;
  }
  return 1;
}

// The same sums as add_pooled_gradients without looking at x: where y > 0 it is (x - mean) * factor + beta at the
// largest x, so that the sum of gradient * (x - mean) is (sum of gradient * y - beta * sum of gradient) / factor.
// dgamma gets the sum of gradient * y.
WATTLE_INLINE void CLONE(add_output_gradients)(
    const int32_t vectors, const int32_t lanes, const wattle_pooling *s, const float *y, const float *dy,
    float *dgamma, float *dbeta) {
  vector products[AT_ONCE] = {{0}}, sums[AT_ONCE] = {{0}};
  for (size_t out = 0; out < (size_t)s->output_width * s->channels; out += s->channels) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      vector gradient = CLONE(masked_gradient)(y + out, dy + out, v, lanes);
      sums[v] += gradient;
      products[v] += gradient * CLONE(load_of)(y + out, v, lanes);
    }
  }
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    CLONE(store_of)(dgamma, v, lanes, CLONE(load_of)(dgamma, v, lanes) + products[v]);
    CLONE(store_of)(dbeta, v, lanes, CLONE(load_of)(dbeta, v, lanes) + sums[v]);
  }
}

// Adds the gradients by gamma, not yet scaled, and beta, of one row of windows and one group of channels.
WATTLE_INLINE void CLONE(add_pooled_gradients)(
    const int32_t height, const int32_t width, const int32_t vectors, const int32_t lanes, const wattle_pooling *s, const float *x, int32_t at, const float *y,
    const int32_t *argmax, const float *dy, const float *mean, float *dgamma, float *dbeta) {
  const whole_vector own = CLONE(offsets)();
  vector products[AT_ONCE] = {{0}}, sums[AT_ONCE] = {{0}}, center[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) center[v] = CLONE(load_of)(mean, v, lanes);
  for (int32_t ox = 0; ox < s->output_width; ox++, at += width * s->channels) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      size_t out = (size_t)ox * s->channels;
      vector gradient = CLONE(masked_gradient)(y + out, dy + out, v, lanes);
      whole_vector place = CLONE(load_whole)(argmax + out, v, lanes);
      vector largest = {0};
#pragma clang loop unroll_count(2)
      for (int32_t wy = 0; wy < height; wy++) {
#pragma clang loop unroll_count(2)
        for (int32_t wx = 0; wx < width; wx++) {
          int32_t here = at + (wy * s->width + wx) * s->channels;
          largest = CLONE(select)(
              place == own + (here + v * LANES), CLONE(load_of)(x + here, v, lanes), largest);
        }
      }
      sums[v] += gradient;
      products[v] += gradient * (largest - center[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    CLONE(store_of)(dgamma, v, lanes, CLONE(load_of)(dgamma, v, lanes) + products[v]);
    CLONE(store_of)(dbeta, v, lanes, CLONE(load_of)(dbeta, v, lanes) + sums[v]);
  }
}

// dx of one row of windows and one group of channels; see input_gradient. dx may be x.
WATTLE_INLINE void CLONE(propagate_pooled)(
    const int32_t height, const int32_t width, const int32_t vectors, const int32_t lanes, const wattle_pooling *s, const float *x, int32_t at, const float *y,
    const int32_t *argmax, const float *dy, const float *gamma, const float *mean, const float *inverse_deviation,
    const float *dgamma, const float *dbeta, float share, float *dx) {
  const whole_vector own = CLONE(offsets)();
  vector center[AT_ONCE], scale[AT_ONCE], slope[AT_ONCE], offset[AT_ONCE];
#pragma clang loop unroll(full)
  for (int32_t v = 0; v < vectors; v++) {
    vector inverse = CLONE(load_of)(inverse_deviation, v, lanes);
    center[v] = CLONE(load_of)(mean, v, lanes);
    scale[v] = CLONE(load_of)(gamma, v, lanes) * inverse;
    slope[v] = -scale[v] * inverse * (CLONE(load_of)(dgamma, v, lanes) * share);
    offset[v] = -scale[v] * (CLONE(load_of)(dbeta, v, lanes) * share);
  }
  for (int32_t ox = 0; ox < s->output_width; ox++, at += width * s->channels) {
#pragma clang loop unroll(full)
    for (int32_t v = 0; v < vectors; v++) {
      size_t out = (size_t)ox * s->channels;
      vector gradient = CLONE(masked_gradient)(y + out, dy + out, v, lanes) * scale[v];
      whole_vector place = CLONE(load_whole)(argmax + out, v, lanes);
#pragma clang loop unroll_count(2)
      for (int32_t wy = 0; wy < height; wy++) {
#pragma clang loop unroll_count(2)
        for (int32_t wx = 0; wx < width; wx++) {
          int32_t here = at + (wy * s->width + wx) * s->channels;
          vector own_gradient = CLONE(select)(place == own + (here + v * LANES), gradient, (vector){0});
          vector centered = CLONE(load_of)(x + here, v, lanes) - center[v];
          CLONE(store_of)(dx + here, v, lanes, own_gradient + (centered * slope[v] + offset[v]));
        }
      }
    }
  }
}

// Runs body(vectors, lanes, j) for each group of channels of each row of windows, with the window's height and width,
// constants for the usual one, the last image first where it was the
// last to be touched; at is the offset of the row's first window in x, out that of its first output.
#undef FOR_EACH_ROW_OF_WINDOWS
#define FOR_EACH_ROW_OF_WINDOWS(s, body)                                                                  \
  for (int32_t row = (s)->batch * (s)->output_height; row-- > 0;) {                                       \
    const size_t channels = (s)->channels, out = (size_t)row * (s)->output_width * channels;              \
    const int32_t at = row * (s)->window_height * (s)->width * (s)->channels;                             \
    if ((s)->window_height == 2 && (s)->window_width == 2) {                                              \
      const int32_t height = 2, width = 2;                                                                \
      FOR_EACH_GROUP(body)                                                                                \
    } else {                                                                                              \
      const int32_t height = (s)->window_height, width = (s)->window_width;                               \
      FOR_EACH_GROUP(body)                                                                                \
    }                                                                                                     \
  }

static void CLONE(batch_norm_pool)(
    const wattle_pooling *s, const float *x, const float *gamma, const float *beta, const float *mean,
    const float *deviations, int inverse, float epsilon, float *y, int32_t *argmax) {
#define POOL(vectors, lanes, j)                                                                                  \
  float scale[4 * LANES];                                                                                        \
  for (int32_t c = 0; c < (vectors - 1) * LANES + lanes; c++) {                                                  \
    scale[c] = inverse ? gamma[j + c] * deviations[j + c]                                                        \
                       : gamma[j + c] / __builtin_elementwise_sqrt(deviations[j + c] + epsilon);                 \
  }                                                                                                              \
  CLONE(pool_normalized)                                                                                         \
  (height, width, vectors, lanes, s, x, at + (int32_t)j, mean + j, scale, beta + j, y + out + j, argmax ? argmax + out + j : 0)
  FOR_EACH_ROW_OF_WINDOWS(s, POOL)
#undef POOL
}

static void CLONE(batch_norm_pool_training)(
    const wattle_pooling *s, const float *x, const float *gamma, const float *beta, float epsilon, float momentum,
    float *running_mean, float *running_variance, float *mean, float *inverse_deviation, float *y,
    int32_t *argmax) {
  CLONE(batch_statistics)
  ((size_t)s->batch * s->height * s->width, s->channels, x, epsilon, momentum, running_mean, running_variance, mean,
   inverse_deviation);
  CLONE(batch_norm_pool)(s, x, gamma, beta, mean, inverse_deviation, 1, 0, y, argmax);
}

static void CLONE(batch_norm_pool_inference)(
    const wattle_pooling *s, const float *x, const float *gamma, const float *beta, float epsilon,
    const float *running_mean, const float *running_variance, float *y) {
  CLONE(batch_norm_pool)(s, x, gamma, beta, running_mean, running_variance, 0, epsilon, y, 0);
}

static void CLONE(batch_norm_pool_backward)(
    const wattle_pooling *s, const float *x, const float *y, const int32_t *argmax, const float *gamma,
    const float *beta, const float *mean, const float *inverse_deviation, const float *dy, float *dx, float *dgamma,
    float *dbeta) {
  memset(dgamma, 0, s->channels * sizeof(float));
  memset(dbeta, 0, s->channels * sizeof(float));
  const int inverts = CLONE(can_invert)(s->channels, gamma, beta);
#define ADD(vectors, lanes, j)                                                                                \
  CLONE(add_pooled_gradients)                                                                                 \
  (height, width, vectors, lanes, s, x, at + (int32_t)j, y + out + j, argmax + out + j, dy + out + j, mean + j, dgamma + j,  \
   dbeta + j)
#define ADD_OUTPUTS(vectors, lanes, j) \
  CLONE(add_output_gradients)(vectors, lanes, s, y + out + j, dy + out + j, dgamma + j, dbeta + j)
  if (inverts) {
    for (int32_t row = s->batch * s->output_height; row-- > 0;) {
      const size_t channels = s->channels, out = (size_t)row * s->output_width * channels;
      FOR_EACH_GROUP(ADD_OUTPUTS)
    }
    for (int32_t c = 0; c < s->channels; c++) dgamma[c] = (dgamma[c] - beta[c] * dbeta[c]) / gamma[c];
  } else {
    FOR_EACH_ROW_OF_WINDOWS(s, ADD)
    for (int32_t c = 0; c < s->channels; c++) dgamma[c] *= inverse_deviation[c];
  }
#undef ADD
#undef ADD_OUTPUTS
  const float share = 1.0f / (float)((size_t)s->batch * s->height * s->width);
#define PROPAGATE(vectors, lanes, j)                                                                       \
  CLONE(propagate_pooled)                                                                                  \
  (height, width, vectors, lanes, s, x, at + (int32_t)j, y + out + j, argmax + out + j, dy + out + j, gamma + j, mean + j, \
   inverse_deviation + j, dgamma + j, dbeta + j, share, dx)
  FOR_EACH_ROW_OF_WINDOWS(s, PROPAGATE)
#undef PROPAGATE
}
