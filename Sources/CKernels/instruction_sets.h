#ifndef WATTLE_INSTRUCTION_SETS_H
#define WATTLE_INSTRUCTION_SETS_H

#include "CKernels.h"

// Kernels whose register blocks depend on the vectors' width are written once and included once for each instruction
// set, between these marks; all their helpers are then compiled for it too.
#if defined(__x86_64__)
#define WATTLE_HAS_CLONES 1
#include <immintrin.h>
#define WATTLE_BEGIN_AVX2 \
  _Pragma("clang attribute push(__attribute__((target(\"arch=x86-64-v3\"))), apply_to = function)")
// The minimum keeps the compiler from splitting 512-bit vectors, which it prefers to do for this level.
#define WATTLE_BEGIN_AVX512                                                                         \
  _Pragma("clang attribute push(__attribute__((target(\"arch=x86-64-v4\"))), apply_to = function)") \
  _Pragma("clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)")
#define WATTLE_END_AVX2 _Pragma("clang attribute pop")
#define WATTLE_END_AVX512 _Pragma("clang attribute pop") _Pragma("clang attribute pop")

#define WATTLE_DISPATCH(name, ...)                                        \
  switch (wattle_current_instruction_set()) {                             \
    case WATTLE_AVX512: name##_avx512(__VA_ARGS__); break;                \
    case WATTLE_AVX2: name##_avx2(__VA_ARGS__); break;                    \
    default: name##_baseline(__VA_ARGS__); break;                         \
  }
#else
#define WATTLE_HAS_CLONES 0
#define WATTLE_DISPATCH(name, ...) name##_baseline(__VA_ARGS__)
#endif

#endif
