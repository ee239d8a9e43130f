#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

void *wattle_allocate(size_t bytes) {
  void *memory = 0;
  if (posix_memalign(&memory, 64, bytes)) return 0;
  return memset(memory, 0, bytes);
}

void wattle_free(void *memory) { free(memory); }
