#ifndef WATTLE_POOLING_H
#define WATTLE_POOLING_H

#include <stddef.h>
#include <stdint.h>

// Pooling without padding: x, dx [batch, height, width, channels], y, dy [batch, output_height, output_width, channels].
// Windows must lie inside x; they may overlap and may leave gaps.
typedef struct {
  int32_t batch, height, width, channels, output_height, output_width;
  int32_t window_height, window_width, stride_height, stride_width;
} wattle_pooling;

// argmax [y's shape] keeps the offset into x of the first of the largest values, for the backward pass; a NaN counts
// as largest. dx is overwritten.
void wattle_max_pool(const wattle_pooling *shape, const float *x, float *y, int32_t *argmax);
void wattle_max_pool_backward(const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx);
void wattle_max_pool_reference(const wattle_pooling *shape, const float *x, float *y, int32_t *argmax);
void wattle_max_pool_backward_reference(
    const wattle_pooling *shape, const float *dy, const int32_t *argmax, float *dx);

// The mean over each window. dx is overwritten.
void wattle_average_pool(const wattle_pooling *shape, const float *x, float *y);
void wattle_average_pool_backward(const wattle_pooling *shape, const float *dy, float *dx);
void wattle_average_pool_reference(const wattle_pooling *shape, const float *x, float *y);
void wattle_average_pool_backward_reference(const wattle_pooling *shape, const float *dy, float *dx);

#endif
