#ifndef WATTLE_JOINING_H
#define WATTLE_JOINING_H

#include <stddef.h>

// sum = a + b, then ReLU if relu is not 0; all [count]. sum may be a.
void wattle_add(size_t count, const float *a, const float *b, int relu, float *sum);

// dy becomes 0 where y is not above 0, and is copied to copy unless that is NULL; all [count].
void wattle_add_relu_backward(size_t count, const float *y, float *dy, float *copy);

// sum += x; both [count].
void wattle_accumulate(size_t count, const float *x, float *sum);

// Copies columns: from [rows, from_stride] to [rows, to_stride], the first `columns` numbers of each row.
void wattle_copy_columns(
    size_t rows, size_t columns, size_t from_stride, const float *from, size_t to_stride, float *to);

// y [count, dimension] = the rows of table [vocabulary, dimension] that x [count] names, rounded to the nearest
// integer and limited to 0 ..< vocabulary; NaN names row 0.
void wattle_embedding(
    size_t count, size_t vocabulary, size_t dimension, const float *x, const float *table, float *y);

// dtable [vocabulary, dimension] is overwritten with the sums of the rows of dy [count, dimension] by name.
void wattle_embedding_backward(
    size_t count, size_t vocabulary, size_t dimension, const float *x, const float *dy, float *dtable);

#endif
