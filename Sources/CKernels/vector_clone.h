// Vectors of one instruction set: included once for each, with LANES and CLONE(name). No include guard on purpose.

#undef vector
#undef whole_vector
#define vector CLONE(vector)
#define whole_vector CLONE(whole_vector)
typedef float vector __attribute__((vector_size(LANES * 4)));
typedef int32_t whole_vector __attribute__((vector_size(LANES * 4)));

WATTLE_INLINE vector CLONE(load)(const float *from) {
  vector v;
  memcpy(&v, from, sizeof v);
  return v;
}

WATTLE_INLINE void CLONE(store)(float *to, vector v) { memcpy(to, &v, sizeof v); }

// Subtracting 0 changes no float, so that the compiler drops it (adding 0 would change -0).
WATTLE_INLINE vector CLONE(splat)(float value) { return value - (vector){0}; }

WATTLE_INLINE whole_vector CLONE(first_lanes)(int32_t count) {
  whole_vector lanes;
  for (int32_t lane = 0; lane < LANES; lane++) lanes[lane] = lane;
  return lanes < count;
}

// The first `count` lanes, 0 <= count <= LANES; the others are 0.
WATTLE_INLINE vector CLONE(load_some)(const float *from, int32_t count) {
#if LANES == 16
  return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#elif LANES == 8
  return (vector)_mm256_maskload_ps(from, (__m256i)CLONE(first_lanes)(count));
#else
  vector v = {0};
  if (count == LANES) return CLONE(load)(from);
  for (int32_t lane = 0; lane < count; lane++) v[lane] = from[lane];
  return v;
#endif
}

WATTLE_INLINE void CLONE(store_some)(float *to, vector v, int32_t count) {
#if LANES == 16
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)v);
#elif LANES == 8
  if (count == LANES) {
    CLONE(store)(to, v);
  } else {
    _mm256_maskstore_ps(to, (__m256i)CLONE(first_lanes)(count), (__m256)v);
  }
#else
  if (count == LANES) {
    CLONE(store)(to, v);
  } else {
    for (int32_t lane = 0; lane < count; lane++) to[lane] = v[lane];
  }
#endif
}

WATTLE_INLINE vector CLONE(select)(whole_vector condition, vector yes, vector no) {
  return (vector)(((whole_vector)yes & condition) | ((whole_vector)no & ~condition));
}

// NaN stays NaN.
WATTLE_INLINE vector CLONE(at_least)(vector bound, vector v) { return CLONE(select)(v < bound, bound, v); }

// Pairwise, from the far half to the near one.
WATTLE_INLINE float CLONE(sum)(vector v) {
  float lanes[LANES];
  memcpy(lanes, &v, sizeof v);
  for (int32_t width = LANES / 2; width > 0; width /= 2) {
    for (int32_t lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
  }
  return lanes[0];
}
