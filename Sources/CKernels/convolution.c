#include "convolution_plan.h"
#include "instruction_sets.h"
#include "winograd_plan.h"

// Convolution as a product without the matrix: a register block holds the sums of some pixels times one or two vectors
// of channels, its left factor is read from the zero-padded source itself through lists of offsets, and its right one
// from packed weights. The gradient of the weights swaps the lists: its rows are taps, its steps are pixels.

#define LANES 4
#define CLONE(name) name##_baseline
#define PIXEL_BLOCK 6
#define LANEWISE_BLOCK 6
#define FOR_EACH_BLOCK(apply) apply(6) apply(4) apply(3)
#include "convolution_clone.h"
#include "winograd_clone.h"
#undef LANES
#undef CLONE
#undef PIXEL_BLOCK
#undef LANEWISE_BLOCK
#undef FOR_EACH_BLOCK

#if WATTLE_HAS_CLONES

WATTLE_BEGIN_AVX2
#define LANES 8
#define CLONE(name) name##_avx2
#define PIXEL_BLOCK 6
#define LANEWISE_BLOCK 8
#define FOR_EACH_BLOCK(apply) apply(6) apply(4) apply(3)
#include "convolution_clone.h"
#include "winograd_clone.h"
#undef LANES
#undef CLONE
#undef PIXEL_BLOCK
#undef LANEWISE_BLOCK
#undef FOR_EACH_BLOCK
WATTLE_END_AVX2

WATTLE_BEGIN_AVX512
#define LANES 16
#define CLONE(name) name##_avx512
#define PIXEL_BLOCK 12
#define LANEWISE_BLOCK 10
#define FOR_EACH_BLOCK(apply) apply(12) apply(9) apply(8) apply(4)
#include "convolution_clone.h"
#include "winograd_clone.h"
WATTLE_END_AVX512

#endif

void wattle_convolution_forward(
    const wattle_convolution *shape, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch) {
  if (wattle_uses_winograd(shape)) {
    WATTLE_DISPATCH(winograd_forward, shape, x, w, bias, relu, y, scratch);
  } else {
    WATTLE_DISPATCH(forward, shape, x, w, bias, relu, y, scratch);
  }
}

void wattle_convolution_backward_weights(
    const wattle_convolution *shape, const float *x, const float *dy, float *dw, float *db, float *scratch) {
  if (wattle_uses_winograd(shape)) {
    WATTLE_DISPATCH(winograd_backward_weights, shape, x, dy, dw, db, scratch);
  } else {
    WATTLE_DISPATCH(backward_weights, shape, x, dy, dw, db, scratch);
  }
}

void wattle_convolution_backward_input(
    const wattle_convolution *shape, const float *dy, const float *w, float *dx, float *scratch) {
  if (wattle_uses_winograd(shape)) {
    WATTLE_DISPATCH(winograd_backward_input, shape, dy, w, dx, scratch);
  } else {
    WATTLE_DISPATCH(backward_input, shape, dy, w, dx, scratch);
  }
}
