#include "CKernels.h"

// For the time being the plain versions.
size_t wattle_convolution_scratch(const wattle_convolution *shape) {
  (void)shape;
  return 0;
}
void wattle_convolution_forward(
    const wattle_convolution *shape, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch) {
  wattle_convolution_forward_reference(shape, x, w, bias, relu, y, scratch);
}
void wattle_convolution_backward_weights(
    const wattle_convolution *shape, const float *x, const float *dy, float *dw, float *db, float *scratch) {
  wattle_convolution_backward_weights_reference(shape, x, dy, dw, db, scratch);
}
void wattle_convolution_backward_input(
    const wattle_convolution *shape, const float *dy, const float *w, float *dx, float *scratch) {
  wattle_convolution_backward_input_reference(shape, dy, w, dx, scratch);
}
int wattle_set_instruction_set_for_tests(wattle_instruction_set set) { return set == WATTLE_BASELINE; }
wattle_instruction_set wattle_current_instruction_set(void) { return WATTLE_BASELINE; }
