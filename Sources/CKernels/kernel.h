#ifndef WATTLE_KERNEL_H
#define WATTLE_KERNEL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A kernel is compiled for AVX-512, for AVX2 and for the baseline; the loader picks one by the CPU it finds.
// Elsewhere the baseline has to do; with the thread sanitiser too, whose own start comes behind the loader's choice.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WATTLE_ONE_KERNEL
#endif
#endif
#if defined(__x86_64__) && defined(__ELF__) && !defined(WATTLE_ONE_KERNEL)
#define WATTLE_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WATTLE_KERNEL
#endif

// What a kernel calls has to be inlined, or it would be compiled for the baseline only.
#define WATTLE_INLINE static inline __attribute__((always_inline))

#define WATTLE_VECTORIZE _Pragma("clang loop vectorize(enable) interleave(enable)")

#endif
