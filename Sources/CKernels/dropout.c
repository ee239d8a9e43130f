#include "CKernels.h"
#include "kernel.h"

// xoshiro128++ (Blackman and Vigna 2021) in 16 lanes side by side. The lanes are part of the algorithm, so
// the numbers are the same whatever the width of the CPU's vectors.
typedef uint32_t lanes __attribute__((vector_size(64)));
typedef int32_t signed_lanes __attribute__((vector_size(64)));
typedef float float_lanes __attribute__((vector_size(64)));

#define ROTATE(value, by) (((value) << (by)) | ((value) >> (32 - (by))))

WATTLE_KERNEL void wattle_dropout(
    size_t count, float rate, wattle_dropout_state *state, const float *restrict x, float *restrict mask,
    float *restrict y) {
  lanes s0, s1, s2, s3;
  memcpy(&s0, state->words, 64);
  memcpy(&s1, state->words + 16, 64);
  memcpy(&s2, state->words + 32, 64);
  memcpy(&s3, state->words + 48, 64);
  const int32_t threshold = (int32_t)((double)rate * 2147483648.0);
  const float scale = 1.0f / (1.0f - rate);
  int32_t scale_bits;
  memcpy(&scale_bits, &scale, sizeof scale_bits);
  for (size_t i = 0; i < count; i += 16) {
    lanes sum = s0 + s3;
    signed_lanes draw = (signed_lanes)((ROTATE(sum, 7) + s0) >> 1);
    lanes shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = ROTATE(s3, 11);
    signed_lanes kept = (draw >= threshold) & scale_bits;
    float_lanes factor, value;
    memcpy(&factor, &kept, 64);
    if (count - i >= 16) {
      memcpy(&value, x + i, 64);
      value *= factor;
      memcpy(mask + i, &factor, 64);
      memcpy(y + i, &value, 64);
    } else {
      for (size_t j = 0; i + j < count; j++) {
        mask[i + j] = factor[j];
        y[i + j] = x[i + j] * factor[j];
      }
    }
  }
  memcpy(state->words, &s0, 64);
  memcpy(state->words + 16, &s1, 64);
  memcpy(state->words + 32, &s2, 64);
  memcpy(state->words + 48, &s3, 64);
}

static uint32_t next(uint32_t *words, size_t lane) {
  uint32_t *s0 = words + lane, *s1 = words + 16 + lane, *s2 = words + 32 + lane, *s3 = words + 48 + lane;
  uint32_t result = ROTATE(*s0 + *s3, 7) + *s0;
  uint32_t shifted = *s1 << 9;
  *s2 ^= *s0;
  *s3 ^= *s1;
  *s1 ^= *s2;
  *s0 ^= *s3;
  *s2 ^= shifted;
  *s3 = ROTATE(*s3, 11);
  return result;
}

void wattle_dropout_reference(
    size_t count, float rate, wattle_dropout_state *state, const float *x, float *mask, float *y) {
  uint32_t threshold = (uint32_t)((double)rate * 2147483648.0);
  for (size_t i = 0; i < count; i += 16) {
    for (size_t lane = 0; lane < 16; lane++) {
      uint32_t draw = next(state->words, lane) >> 1;
      if (i + lane >= count) continue;
      mask[i + lane] = draw >= threshold ? 1.0f / (1.0f - rate) : 0.0f;
      y[i + lane] = x[i + lane] * mask[i + lane];
    }
  }
}
