#ifndef WATTLE_CONVOLUTION_PLAN_H
#define WATTLE_CONVOLUTION_PLAN_H

#include "CKernels.h"
#include "kernel.h"

// The widest vector of any instruction set, in floats. Scratch memory is laid out for it whatever the CPU.
enum { WATTLE_WIDEST = 16 };

// A convolution as a gather, which serves the forward pass (from x to y) and, with the roles exchanged, the backward
// pass to the input (from dy to dx). Destination pixels are visited as units (u, v); unit (u, v) reads the source,
// zero-padded, at row u * step_y and column v * step_x, plus a list of taps. Where the forward pass has a stride, the
// backward pass splits into stride_height * stride_width phases, each with its own taps and pixels.
typedef struct {
  int32_t batch, groups;
  int32_t lanewise;                                 // depthwise: channel c reads source channel c only
  int32_t height, width, channels, group_channels;  // of the source; group_channels is 1 if lanewise
  int32_t pad_top, pad_left;                        // below 0: so many source rows or columns are never read
  int32_t units, unit_columns, step_y, step_x;
  int32_t reach;                                    // padded rows that one row of units reads
  int32_t out_height, out_width, out_channels, out_group;

  int32_t direct;                                   // the source is read in place, without a padded copy
  size_t row;                                       // floats from one padded row to the next
  // The work is cut into chunks that stay in the cache: whole images, or else bands of unit rows of one image.
  int32_t images, band;
  size_t image;                                     // floats from one padded image to the next, within a chunk
  size_t padded;                                    // floats of a chunk's padded copy
  size_t pixels;                                    // units in a chunk
  size_t steps;                                     // products for each destination value, all phases together
} wattle_gather;

// A part of the units.
typedef struct {
  int32_t first_image, images, first_row, rows;
} wattle_chunk;

wattle_gather wattle_forward_gather(const wattle_convolution *shape);
wattle_gather wattle_backward_gather(const wattle_convolution *shape);

// Steps through the chunks: 0 behind the last one. Starts from {0, 0, 0, 0}.
int wattle_next_chunk(const wattle_gather *gather, wattle_chunk *chunk);

// Cuts the scratch memory into areas, each aligned to 64 bytes. With a NULL base it just counts.
typedef struct {
  float *base;
  size_t used;
} wattle_areas;

static inline size_t wattle_round_up(size_t count, size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

static inline wattle_areas wattle_areas_in(float *scratch) {
  wattle_areas areas = {(float *)(((uintptr_t)scratch + 63) / 64 * 64), WATTLE_WIDEST};
  if (scratch) areas.base -= WATTLE_WIDEST;
  return areas;
}

static inline float *wattle_area(wattle_areas *areas, size_t count) {
  float *start = areas->base ? areas->base + areas->used : 0;
  areas->used += wattle_round_up(count, WATTLE_WIDEST);
  return start;
}

typedef struct {
  int32_t *taps;     // [steps]: where a product finds its source value, relative to its pixel
  int32_t *from;     // [pixels]: where a pixel's source begins, relative to the chunk
  int32_t *to;       // [pixels]: a pixel's destination, relative to the chunk's first image
  float *weights;    // packed into panels of one or two vectors
  float *bias;       // [out_channels], each group filled up to whole vectors
  float *source;     // the padded chunk, and so much room that vectors may run over its end
  size_t used;
} wattle_gather_areas;

static inline wattle_gather_areas wattle_areas_of_gather(const wattle_gather *g, float *scratch) {
  wattle_areas areas = wattle_areas_in(scratch);
  size_t lanes = g->groups * wattle_round_up(g->out_group, WATTLE_WIDEST);
  wattle_gather_areas result;
  result.taps = (int32_t *)wattle_area(&areas, g->steps);
  result.from = (int32_t *)wattle_area(&areas, g->pixels);
  result.to = (int32_t *)wattle_area(&areas, g->pixels);
  result.weights = wattle_area(&areas, g->steps * lanes);
  result.bias = wattle_area(&areas, lanes);
  result.source = wattle_area(&areas, g->padded + 2 * WATTLE_WIDEST);
  result.used = areas.used;
  return result;
}

typedef struct {
  int32_t *taps, *from;  // as above
  float *source;
  float *gradient;       // [pixels, output channels]: the last chunk of dy, with room behind it
  size_t used;
} wattle_weight_areas;

static inline wattle_weight_areas wattle_areas_of_weights(const wattle_gather *g, float *scratch) {
  wattle_areas areas = wattle_areas_in(scratch);
  wattle_weight_areas result;
  result.taps = (int32_t *)wattle_area(&areas, g->steps);
  result.from = (int32_t *)wattle_area(&areas, g->pixels);
  result.source = wattle_area(&areas, g->padded + 2 * WATTLE_WIDEST);
  result.gradient = wattle_area(&areas, g->pixels * g->out_channels + 2 * WATTLE_WIDEST);
  result.used = areas.used;
  return result;
}

#endif
