#ifndef WATTLE_ACTIVATIONS_H
#define WATTLE_ACTIVATIONS_H

#include <stddef.h>

// More activations, element by element: x, y, dy, dx [count]. The backward pass takes the kept input x and output y,
// and dx may be dy. NaN stays NaN; large inputs of either sign give the limit, never NaN.
void wattle_relu6(size_t count, const float *x, float *y);
void wattle_relu6_backward(size_t count, const float *x, const float *y, const float *dy, float *dx);

// x below 0 is scaled by slope.
void wattle_leaky_relu(size_t count, float slope, const float *x, float *y);
void wattle_leaky_relu_backward(
    size_t count, float slope, const float *x, const float *y, const float *dy, float *dx);

// max(x, 0)^2
void wattle_squared_relu(size_t count, const float *x, float *y);
void wattle_squared_relu_backward(size_t count, const float *x, const float *y, const float *dy, float *dx);

// 1 / (1 + e^-x)
void wattle_sigmoid(size_t count, const float *x, float *y);
void wattle_sigmoid_backward(size_t count, const float *x, const float *y, const float *dy, float *dx);

// x sigmoid(x)
void wattle_silu(size_t count, const float *x, float *y);
void wattle_silu_backward(size_t count, const float *x, const float *y, const float *dy, float *dx);

// x min(max(x + 3, 0), 6) / 6
void wattle_hard_swish(size_t count, const float *x, float *y);
void wattle_hard_swish_backward(size_t count, const float *x, const float *y, const float *dy, float *dx);

void wattle_relu6_reference(size_t count, const float *x, float *y);
void wattle_relu6_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx);
void wattle_leaky_relu_reference(size_t count, float slope, const float *x, float *y);
void wattle_leaky_relu_backward_reference(
    size_t count, float slope, const float *x, const float *y, const float *dy, float *dx);
void wattle_squared_relu_reference(size_t count, const float *x, float *y);
void wattle_squared_relu_backward_reference(
    size_t count, const float *x, const float *y, const float *dy, float *dx);
void wattle_sigmoid_reference(size_t count, const float *x, float *y);
void wattle_sigmoid_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx);
void wattle_silu_reference(size_t count, const float *x, float *y);
void wattle_silu_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx);
void wattle_hard_swish_reference(size_t count, const float *x, float *y);
void wattle_hard_swish_backward_reference(size_t count, const float *x, const float *y, const float *dy, float *dx);

#endif
