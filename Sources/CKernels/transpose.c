#include "CKernels.h"
#include "kernel.h"

typedef float eight __attribute__((vector_size(32)));

#define SHUFFLE __builtin_shufflevector

// An 8 x 8 block in three rounds of pairwise interleaving.
WATTLE_INLINE void transpose_block(const float *from, size_t from_stride, float *to, size_t to_stride) {
  eight row[8], pair[8], quad[8];
  for (size_t i = 0; i < 8; i++) memcpy(&row[i], from + i * from_stride, 32);
  for (size_t i = 0; i < 8; i += 2) {
    pair[i] = SHUFFLE(row[i], row[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pair[i + 1] = SHUFFLE(row[i], row[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (size_t i = 0; i < 8; i += 4) {
    for (size_t j = 0; j < 2; j++) {
      quad[i + j] = SHUFFLE(pair[i + j], pair[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quad[i + j + 2] = SHUFFLE(pair[i + j], pair[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (size_t j = 0; j < 4; j++) {
    eight low = SHUFFLE(quad[j], quad[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    eight high = SHUFFLE(quad[j], quad[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    memcpy(to + j * to_stride, &low, 32);
    memcpy(to + (j + 4) * to_stride, &high, 32);
  }
}

WATTLE_KERNEL void wattle_transpose(
    size_t rows, size_t columns, const float *restrict from, float *restrict to) {
  size_t whole_rows = rows / 8 * 8, whole_columns = columns / 8 * 8;
  for (size_t i = 0; i < whole_rows; i += 8) {
    for (size_t j = 0; j < whole_columns; j += 8) {
      transpose_block(from + i * columns + j, columns, to + j * rows + i, rows);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = i < whole_rows ? whole_columns : 0; j < columns; j++) {
      to[j * rows + i] = from[i * columns + j];
    }
  }
}

void wattle_transpose_reference(size_t rows, size_t columns, const float *from, float *to) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j];
  }
}
