#include "CKernels.h"
#include "elementary.h"

WATTLE_KERNEL void wattle_exp(size_t count, const float *restrict x, float *restrict y) {
  WATTLE_VECTORIZE
  for (size_t i = 0; i < count; i++) y[i] = wattle_exp_value(x[i]);
}

void wattle_exp_reference(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = expf(x[i]);
}
