#ifndef WATTLE_ELEMENTARY_H
#define WATTLE_ELEMENTARY_H

#include "kernel.h"

WATTLE_INLINE int32_t wattle_bits_of(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

WATTLE_INLINE float wattle_float_of(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2, and e^r - 1 - r by a minimax polynomial of degree 6
// (relative error 3.1e-9). Results below the smallest normal number are 0; NaN stays NaN.
WATTLE_INLINE float wattle_exp_value(float x) {
  const float shifter = 12582912.0f;  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
  float shifted = x * 1.44269504f + shifter;
  int32_t n = (int32_t)((uint32_t)wattle_bits_of(shifted) - 0x4b400000u);
  float rounded = shifted - shifter;
  float r = (x - rounded * 0.693145752f) - rounded * 1.42860677e-6f;
  float q = 1.3814467e-3f;
  q = q * r + 8.3687804e-3f;
  q = q * r + 4.16683942e-2f;
  q = q * r + 1.66665201e-1f;
  q = q * r + 4.99999934e-1f;
  float p = (q * r) * r + r + 1.0f;
  // 2^n in two factors, because 2^128 is no float though e^88.7 is one.
  int32_t half = n >> 1;
  float low = wattle_float_of((int32_t)((uint32_t)(half + 127) << 23));
  float high = wattle_float_of((int32_t)((uint32_t)(n - half + 127) << 23));
  float result = p * low * high;
  result = x > 88.7228317f ? INFINITY : result;
  return x < -87.3365402f ? 0.0f : result;
}

// tanh x = x + x^3 P(x^2) by a minimax polynomial up to 0.625, else 1 - 2 / (e^2x + 1). NaN stays NaN.
WATTLE_INLINE float wattle_tanh_value(float x) {
  float magnitude = fabsf(x);
  float square = x * x;
  float p = -5.7049871e-3f;
  p = p * square + 2.06390873e-2f;
  p = p * square - 5.37397151e-2f;
  p = p * square + 1.33314422e-1f;
  p = p * square - 3.33332819e-1f;
  float small = (p * square) * x + x;
  float large = copysignf(1.0f - 2.0f / (wattle_exp_value(2.0f * magnitude) + 1.0f), x);
  return magnitude < 0.625f ? small : large;
}

typedef struct {
  float value;
  float slope;
} wattle_gelu_result;

// x Phi(x) in its tanh form is x s with s = 1 / (1 + e^-2u), u = sqrt(2/pi) (x + 0.044715 x^3); its slope is
// s + x s (1 - s) 2 u'. With s at hand the slope costs no second exponential.
WATTLE_INLINE wattle_gelu_result wattle_gelu_value(float x) {
  const float twice = 1.59576912f;  // 2 sqrt(2 / pi)
  float square = x * x;
  float s = 1.0f / (1.0f + wattle_exp_value(-twice * x * (1.0f + 0.044715f * square)));
  wattle_gelu_result result;
  result.value = x * s;
  result.slope = s + result.value * (1.0f - s) * twice * (1.0f + 0.134145f * square);
  return result;
}

#endif
