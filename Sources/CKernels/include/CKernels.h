#ifndef WATTLE_CKERNELS_H
#define WATTLE_CKERNELS_H

void wattle_flush_denormals(void);

#endif
