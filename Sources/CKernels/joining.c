#include "CKernels.h"
#include "kernel.h"

// The arrays are one or apart, so that each element can be done by itself.
#define EACH_BY_ITSELF _Pragma("clang loop vectorize(assume_safety) interleave(enable)")

WATTLE_KERNEL void wattle_add(size_t count, const float *a, const float *b, int relu, float *sum) {
  if (relu) {
    EACH_BY_ITSELF
    for (size_t i = 0; i < count; i++) {
      const float z = a[i] + b[i];
      sum[i] = z < 0.0f ? 0.0f : z;
    }
  } else {
    EACH_BY_ITSELF
    for (size_t i = 0; i < count; i++) sum[i] = a[i] + b[i];
  }
}

WATTLE_KERNEL void wattle_add_relu_backward(
    size_t count, const float *restrict y, float *restrict dy, float *restrict copy) {
  if (copy) {
    WATTLE_VECTORIZE
    for (size_t i = 0; i < count; i++) copy[i] = dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
  } else {
    WATTLE_VECTORIZE
    for (size_t i = 0; i < count; i++) dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
  }
}

WATTLE_KERNEL void wattle_accumulate(size_t count, const float *restrict x, float *restrict sum) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) sum[i] += x[i];
}

void wattle_copy_columns(
    size_t rows, size_t columns, size_t from_stride, const float *from, size_t to_stride, float *to) {
  for (size_t row = 0; row < rows; row++) {
    memcpy(to + row * to_stride, from + row * from_stride, columns * sizeof(float));
  }
}

// The row that a number names. The comparison is false for NaN.
static size_t name_of(float x, size_t vocabulary) {
  float rounded = rintf(x);
  if (!(rounded > 0.0f)) return 0;
  return rounded < (float)vocabulary ? (size_t)rounded : vocabulary - 1;
}

void wattle_embedding(
    size_t count, size_t vocabulary, size_t dimension, const float *x, const float *table, float *y) {
  for (size_t i = 0; i < count; i++) {
    memcpy(y + i * dimension, table + name_of(x[i], vocabulary) * dimension, dimension * sizeof(float));
  }
}

void wattle_embedding_backward(
    size_t count, size_t vocabulary, size_t dimension, const float *x, const float *dy, float *dtable) {
  memset(dtable, 0, vocabulary * dimension * sizeof(float));
  for (size_t i = 0; i < count; i++) {
    wattle_accumulate(dimension, dy + i * dimension, dtable + name_of(x[i], vocabulary) * dimension);
  }
}
