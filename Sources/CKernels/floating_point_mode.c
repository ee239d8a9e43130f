#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Denormal numbers are 80 to 160 times slower on x86; training gains nothing from them.
void wattle_flush_denormals(void) {
#if defined(__x86_64__)
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
#endif
}
