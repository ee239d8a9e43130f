#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

// Enough for 65,536 processors; the kernel refuses a set smaller than its own.
enum { set_processors = 65536 };

int wattle_allowed_processors(int *processors, int capacity) {
  cpu_set_t *set = CPU_ALLOC(set_processors);
  if (set == NULL) {
    errno = ENOMEM;
    return -1;
  }
  size_t size = CPU_ALLOC_SIZE(set_processors);
  CPU_ZERO_S(size, set);
  int count = sched_getaffinity(0, size, set) == 0 ? 0 : -1;
  for (int processor = 0; count >= 0 && count < capacity && processor < set_processors; processor++) {
    if (CPU_ISSET_S(processor, size, set)) processors[count++] = processor;
  }
  CPU_FREE(set);
  return count;
}

int wattle_pin_to_processor(int processor) {
  if (processor < 0 || processor >= set_processors) {
    errno = EINVAL;
    return -1;
  }
  cpu_set_t *set = CPU_ALLOC(set_processors);
  if (set == NULL) {
    errno = ENOMEM;
    return -1;
  }
  size_t size = CPU_ALLOC_SIZE(set_processors);
  CPU_ZERO_S(size, set);
  CPU_SET_S(processor, size, set);
  int result = sched_setaffinity(0, size, set);
  CPU_FREE(set);
  return result;
}

int wattle_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

enum { fixed_size = F_SEAL_SHRINK | F_SEAL_GROW };

int wattle_shared_memory(int64_t bytes) {
  int descriptor = memfd_create("wattle", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor >= 0 &&
      (ftruncate(descriptor, bytes) != 0 || fcntl(descriptor, F_ADD_SEALS, fixed_size | F_SEAL_SEAL) != 0)) {
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
  }
  return descriptor;
}

int wattle_has_fixed_size(int descriptor) {
  int seals = fcntl(descriptor, F_GET_SEALS);
  return seals >= 0 && (seals & fixed_size) == fixed_size;
}

int wattle_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
