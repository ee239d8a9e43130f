// dladdr is an extension to POSIX.
#define _GNU_SOURCE
#include <dlfcn.h>

#include "CKernels.h"

const char *wattle_library_of(const void *address) {
  Dl_info information;
  return dladdr(address, &information) ? information.dli_fname : 0;
}
