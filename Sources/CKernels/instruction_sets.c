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

// 0: not yet known; else the instruction set + 1. A thread of its own, so that a test can choose without disturbing others.
static _Thread_local int chosen;

wattle_instruction_set wattle_current_instruction_set(void) {
  if (chosen == 0) {
    wattle_instruction_set set = is_supported(WATTLE_AVX512) ? WATTLE_AVX512
                                 : is_supported(WATTLE_AVX2) ? WATTLE_AVX2
                                                             : WATTLE_BASELINE;
    chosen = (int)set + 1;
  }
  return (wattle_instruction_set)(chosen - 1);
}

int wattle_set_instruction_set_for_tests(wattle_instruction_set set) {
  if (!is_supported(set)) return 0;
  chosen = (int)set + 1;
  return 1;
}
