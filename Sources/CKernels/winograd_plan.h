#ifndef WATTLE_WINOGRAD_PLAN_H
#define WATTLE_WINOGRAD_PLAN_H

#include "convolution_plan.h"

// Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks",
// CVPR): a tile of 4×4 outputs comes from 6×6 inputs by 36 products a pair of channels instead of 144.
enum { WATTLE_TILE = 4, WATTLE_PATCH = 6, WATTLE_POINTS = 36 };

// One pass over the tiles: from the source to the destination, which are x and y forward, dy and dx backward. The
// gradient of the weights takes patches of x and tiles of dy.
typedef struct {
  int32_t height, width, channels;              // of the source
  int32_t out_height, out_width, out_channels;  // of the destination
  int32_t pad_top, pad_left;
  int32_t tile_rows, tile_columns;              // of an image
  size_t tiles;                                 // of the batch
  size_t block;                                 // tiles that are worked on together
  size_t patch_stride, tile_stride;             // floats from one point's values to the next's, within a block
} wattle_winograd;

wattle_winograd wattle_forward_winograd(const wattle_convolution *shape);
wattle_winograd wattle_backward_winograd(const wattle_convolution *shape);

typedef struct {
  int32_t *taps;     // [most channels]: 0, 1, 2, …
  int32_t *from;     // [block]: where a tile's channels begin among the patches of a point
  int32_t *to;       // [block]: and among the tiles
  float *weights;    // [points, channels, out_channels], packed into panels; or the weights' gradient
  float *turned;     // the weights with source and destination exchanged
  float *bias;       // zeros
  float *patches;    // [points, block, channels]
  float *tiles;      // [points, block, out_channels]
  float *zeros;      // [patch, most channels]: a row beyond the image
  float *edge;       // [tile, tile, out_channels]: a tile that reaches beyond the image
  size_t used;
} wattle_winograd_areas;

static inline wattle_winograd_areas wattle_areas_of_winograd(const wattle_winograd *g, float *scratch) {
  wattle_areas areas = wattle_areas_in(scratch);
  size_t lanes = wattle_round_up(g->out_channels, WATTLE_WIDEST);
  size_t most = g->channels > g->out_channels ? g->channels : g->out_channels;
  wattle_winograd_areas result;
  result.taps = (int32_t *)wattle_area(&areas, most);
  result.from = (int32_t *)wattle_area(&areas, g->block);
  result.to = (int32_t *)wattle_area(&areas, g->block);
  result.weights = wattle_area(&areas, WATTLE_POINTS * g->channels * lanes);
  result.turned = wattle_area(&areas, (size_t)9 * g->channels * g->out_channels);
  result.bias = wattle_area(&areas, lanes);
  // Vectors may run over the ends.
  result.patches = wattle_area(&areas, WATTLE_POINTS * g->patch_stride + 2 * WATTLE_WIDEST);
  result.tiles = wattle_area(&areas, WATTLE_POINTS * g->tile_stride + 2 * WATTLE_WIDEST);
  result.zeros = wattle_area(&areas, WATTLE_PATCH * most);
  result.edge = wattle_area(&areas, (size_t)WATTLE_TILE * WATTLE_TILE * g->out_channels);
  result.used = areas.used;
  return result;
}

#endif
