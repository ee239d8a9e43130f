#ifndef WATTLE_CONVOLUTION_H
#define WATTLE_CONVOLUTION_H

#include <stddef.h>
#include <stdint.h>

// Two-dimensional convolution (cross-correlation, as everywhere in the field). A one-dimensional one has height 1.
typedef struct {
  int32_t batch, height, width, channels;                     // x: [batch, height, width, channels] (NHWC)
  int32_t output_height, output_width, output_channels;       // y: [batch, output_height, output_width, output_channels]
  int32_t kernel_height, kernel_width;                        // w: [kernel_height, kernel_width, channels / groups, output_channels]
  int32_t stride_height, stride_width, dilation_height, dilation_width;
  int32_t pad_top, pad_bottom, pad_left, pad_right;           // zeros
  int32_t groups;                                             // output channels are group-major; groups == channels is depthwise
} wattle_convolution;

// The floats of scratch memory that each call needs: the maximum over forward and both backward calls.
size_t wattle_convolution_scratch(const wattle_convolution *shape);

// y = conv(x, w) + bias (bias [output_channels] may be NULL), then ReLU if relu is not 0.
void wattle_convolution_forward(
    const wattle_convolution *shape, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch);

// dw, of w's shape, and db [output_channels] (may be NULL) are overwritten.
void wattle_convolution_backward_weights(
    const wattle_convolution *shape, const float *x, const float *dy, float *dw, float *db, float *scratch);

// dx, of x's shape, is overwritten.
void wattle_convolution_backward_input(
    const wattle_convolution *shape, const float *dy, const float *w, float *dx, float *scratch);

// Whether a convolution of this shape takes fewer operations by Winograd's minimal filtering, and so is done that way.
int wattle_uses_winograd(const wattle_convolution *shape);

// The plain versions. They need no scratch memory: it may be NULL.
void wattle_convolution_forward_reference(
    const wattle_convolution *shape, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch);
void wattle_convolution_backward_weights_reference(
    const wattle_convolution *shape, const float *x, const float *dy, float *dw, float *db, float *scratch);
void wattle_convolution_backward_input_reference(
    const wattle_convolution *shape, const float *dy, const float *w, float *dx, float *scratch);

// What the kernels of this header and of Normalization.h are compiled for. The widest that the CPU has is used.
typedef enum { WATTLE_BASELINE, WATTLE_AVX2, WATTLE_AVX512 } wattle_instruction_set;

// For tests: from now on use this one, in this thread. Returns 0, and changes nothing, if the CPU lacks it.
int wattle_set_instruction_set_for_tests(wattle_instruction_set set);
wattle_instruction_set wattle_current_instruction_set(void);

#endif
