#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Denormal numbers are tens of times slower; training gains nothing from them.

uint64_t wattle_flush_denormals(void) {
#if defined(__x86_64__)
  uint64_t previous = _mm_getcsr();
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
  return previous;
#elif defined(__aarch64__)
  uint64_t previous;
  __asm__ volatile("mrs %0, fpcr" : "=r"(previous));
  __asm__ volatile("msr fpcr, %0" : : "r"(previous | (UINT64_C(1) << 24)));
  return previous;
#else
  return 0;
#endif
}

void wattle_restore_floating_point_mode(uint64_t mode) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)mode);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}
