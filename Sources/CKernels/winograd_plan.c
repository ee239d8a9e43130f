#include "winograd_plan.h"

// What a block's patches, tiles and weights take of the second cache level, in floats.
enum { BLOCK_FLOATS = 196608, LEAST_BLOCK = 12, MOST_BLOCK = 96 };

int wattle_uses_winograd(const wattle_convolution *s) {
  if (s->kernel_height != 3 || s->kernel_width != 3 || s->stride_height != 1 || s->stride_width != 1 ||
      s->dilation_height != 1 || s->dilation_width != 1 || s->groups != 1) {
    return 0;
  }
  // The backward pass pads by what is left of the kernel.
  if (s->pad_top > 2 || s->pad_left > 2 || s->channels < 8 || s->output_channels < 8) return 0;
  // Multiplications and, at their cost in vector operations, transformations.
  const double rows = (s->output_height + WATTLE_TILE - 1) / WATTLE_TILE;
  const double columns = (s->output_width + WATTLE_TILE - 1) / WATTLE_TILE;
  const double tiles = s->batch * rows * columns, pixels = (double)s->batch * s->output_height * s->output_width;
  const double pairs = (double)s->channels * s->output_channels;
  const double transformed = tiles * (36 * pairs + 220.0 * s->channels + 160.0 * s->output_channels) + 300 * pairs;
  return transformed < 9 * pixels * pairs * 0.8;
}

static void set_block(wattle_winograd *g, int32_t batch) {
  g->tile_rows = (g->out_height + WATTLE_TILE - 1) / WATTLE_TILE;
  g->tile_columns = (g->out_width + WATTLE_TILE - 1) / WATTLE_TILE;
  g->tiles = (size_t)batch * g->tile_rows * g->tile_columns;
  size_t weights = (size_t)WATTLE_POINTS * g->channels * g->out_channels;
  size_t each = (size_t)WATTLE_POINTS * (g->channels + g->out_channels);
  size_t block = weights < BLOCK_FLOATS ? (BLOCK_FLOATS - weights) / each / LEAST_BLOCK * LEAST_BLOCK : 0;
  g->block = block < LEAST_BLOCK ? LEAST_BLOCK : block > MOST_BLOCK ? MOST_BLOCK : block;
  // A cache line more keeps the points' rows from meeting in the same sets of the cache.
  g->patch_stride = g->block * g->channels + WATTLE_WIDEST;
  g->tile_stride = g->block * g->out_channels + WATTLE_WIDEST;
}

wattle_winograd wattle_forward_winograd(const wattle_convolution *s) {
  wattle_winograd g = {
      .height = s->height,
      .width = s->width,
      .channels = s->channels,
      .out_height = s->output_height,
      .out_width = s->output_width,
      .out_channels = s->output_channels,
      .pad_top = s->pad_top,
      .pad_left = s->pad_left,
  };
  set_block(&g, s->batch);
  return g;
}

wattle_winograd wattle_backward_winograd(const wattle_convolution *s) {
  wattle_winograd g = {
      .height = s->output_height,
      .width = s->output_width,
      .channels = s->output_channels,
      .out_height = s->height,
      .out_width = s->width,
      .out_channels = s->channels,
      .pad_top = 2 - s->pad_top,
      .pad_left = 2 - s->pad_left,
  };
  set_block(&g, s->batch);
  return g;
}
