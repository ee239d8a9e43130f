#ifndef ALLOCATION_COUNTING_H
#define ALLOCATION_COUNTING_H

#include <stdint.h>

// How many blocks this thread has asked the heap for since it began, by malloc and all its kin. The functions are replaced
// for the whole test program by ones that count and then call the C library's own.
uint64_t allocation_count(void);

#endif
