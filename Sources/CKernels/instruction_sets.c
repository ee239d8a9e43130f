#include "instruction_sets.h"

static int is_supported(wattle_instruction_set set) {
  if (set == WATTLE_BASELINE) return 1;
#if WATTLE_HAS_CLONES
  __builtin_cpu_init();
  if (set == WATTLE_AVX2) return __builtin_cpu_supports("x86-64-v3") != 0;
  if (set == WATTLE_AVX512) return __builtin_cpu_supports("x86-64-v4") != 0;
#endif
  return 0;
}

// 0: not yet known; else the instruction set + 1. Threads that find it at the same time find the same.
static int chosen;

wattle_instruction_set wattle_current_instruction_set(void) {
  int known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  if (known == 0) {
    wattle_instruction_set set = is_supported(WATTLE_AVX512) ? WATTLE_AVX512
                                 : is_supported(WATTLE_AVX2) ? WATTLE_AVX2
                                                             : WATTLE_BASELINE;
    known = (int)set + 1;
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
  }
  return (wattle_instruction_set)(known - 1);
}

int wattle_set_instruction_set_for_tests(wattle_instruction_set set) {
  if (!is_supported(set)) return 0;
  __atomic_store_n(&chosen, (int)set + 1, __ATOMIC_RELAXED);
  return 1;
}
