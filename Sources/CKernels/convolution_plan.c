#include "convolution_plan.h"

#include "winograd_plan.h"

// A chunk's source should stay in the first or second cache level, and its destination in the second.
enum { SOURCE_FLOATS = 16384, OUT_FLOATS = 65536, PIXELS = 4096 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t at_least_one(size_t count) { return count ? count : 1; }

static int is_depthwise(const wattle_convolution *s) {
  return s->groups > 1 && s->groups == s->channels && s->output_channels == s->channels;
}

static void set_chunks(wattle_gather *g, size_t padded_columns) {
  size_t padded_rows = (size_t)(g->units - 1) * g->step_y + g->reach;
  // Vectors that run over the end of a row of channels need room behind the last one.
  int ragged = g->lanewise && g->channels % WATTLE_WIDEST;
  g->direct = g->pad_top == 0 && g->pad_left == 0 && padded_rows <= (size_t)g->height &&
              padded_columns <= (size_t)g->width && !ragged;
  g->row = (g->direct ? (size_t)g->width : padded_columns) * g->channels;
  g->image = (g->direct ? (size_t)g->height : padded_rows) * g->row;

  size_t most_pixels = smaller(PIXELS, at_least_one(OUT_FLOATS / g->out_channels));
  size_t image_pixels = at_least_one((size_t)g->units * g->unit_columns);
  if (g->image <= SOURCE_FLOATS && image_pixels <= most_pixels) {
    g->images = (int32_t)smaller(
        smaller(SOURCE_FLOATS / at_least_one(g->image), most_pixels / image_pixels), at_least_one(g->batch));
    g->band = g->units;
  } else {
    size_t rows = SOURCE_FLOATS / at_least_one(g->row);
    size_t by_source = rows > (size_t)g->reach ? (rows - g->reach) / g->step_y + 1 : 1;
    g->images = 1;
    g->band = (int32_t)smaller(
        smaller(by_source, at_least_one(most_pixels / at_least_one(g->unit_columns))), at_least_one(g->units));
  }
  g->padded = g->direct ? 0 : g->images * ((size_t)(g->band - 1) * g->step_y + g->reach) * g->row;
  g->pixels = (size_t)g->images * g->band * g->unit_columns;
}

wattle_gather wattle_forward_gather(const wattle_convolution *s) {
  wattle_gather g = {.batch = s->batch, .groups = s->groups};
  g.lanewise = is_depthwise(s);
  g.height = s->height;
  g.width = s->width;
  g.channels = s->channels;
  g.group_channels = s->channels / s->groups;
  g.pad_top = s->pad_top;
  g.pad_left = s->pad_left;
  g.units = g.out_height = s->output_height;
  g.unit_columns = g.out_width = s->output_width;
  g.step_y = s->stride_height;
  g.step_x = s->stride_width;
  g.reach = (s->kernel_height - 1) * s->dilation_height + 1;
  g.out_channels = s->output_channels;
  g.out_group = s->output_channels / s->groups;
  if (g.lanewise) g.groups = 1, g.out_group = g.out_channels;
  g.steps = (size_t)s->kernel_height * s->kernel_width * g.group_channels;
  set_chunks(&g, (size_t)(g.unit_columns - 1) * g.step_x + (s->kernel_width - 1) * s->dilation_width + 1);
  return g;
}

// Input row i meets output row o by tap k where i + pad = o * stride + k * dilation. With q = (i + pad) / stride and
// t = k * dilation / stride, both rounded down, and equal remainders (the phase), o = q - t. Units are the q.
wattle_gather wattle_backward_gather(const wattle_convolution *s) {
  wattle_gather g = {.batch = s->batch, .groups = s->groups};
  g.lanewise = is_depthwise(s);
  int32_t most_y = (s->kernel_height - 1) * s->dilation_height / s->stride_height;
  int32_t most_x = (s->kernel_width - 1) * s->dilation_width / s->stride_width;
  int32_t first_y = s->pad_top / s->stride_height, first_x = s->pad_left / s->stride_width;
  g.height = s->output_height;
  g.width = s->output_width;
  g.channels = s->output_channels;
  g.group_channels = s->output_channels / s->groups;
  g.pad_top = most_y - first_y;
  g.pad_left = most_x - first_x;
  g.units = (s->height - 1 + s->pad_top) / s->stride_height - first_y + 1;
  g.unit_columns = (s->width - 1 + s->pad_left) / s->stride_width - first_x + 1;
  g.step_y = g.step_x = 1;
  g.reach = most_y + 1;
  g.out_height = s->height;
  g.out_width = s->width;
  g.out_channels = s->channels;
  g.out_group = s->channels / s->groups;
  if (g.lanewise) g.groups = 1, g.out_group = g.out_channels;
  g.steps = (size_t)s->kernel_height * s->kernel_width * g.group_channels;
  set_chunks(&g, (size_t)g.unit_columns + most_x);
  return g;
}

int wattle_next_chunk(const wattle_gather *g, wattle_chunk *chunk) {
  if (chunk->rows == 0) {
    chunk->first_image = chunk->first_row = 0;
  } else if (chunk->first_row + chunk->rows < g->units) {
    chunk->first_row += chunk->rows;
  } else {
    chunk->first_row = 0;
    chunk->first_image += chunk->images;
  }
  if (chunk->first_image >= g->batch) return 0;
  chunk->images = (int32_t)smaller(g->images, g->batch - chunk->first_image);
  chunk->rows = (int32_t)smaller(g->band, g->units - chunk->first_row);
  return 1;
}

size_t wattle_convolution_scratch(const wattle_convolution *shape) {
  wattle_gather forward = wattle_forward_gather(shape), backward = wattle_backward_gather(shape);
  size_t most = wattle_areas_of_gather(&forward, 0).used;
  size_t others[4] = {wattle_areas_of_gather(&backward, 0).used, wattle_areas_of_weights(&forward, 0).used};
  if (wattle_uses_winograd(shape)) {
    wattle_winograd tiles = wattle_forward_winograd(shape), turned = wattle_backward_winograd(shape);
    others[2] = wattle_areas_of_winograd(&tiles, 0).used;
    others[3] = wattle_areas_of_winograd(&turned, 0).used;
  }
  for (size_t i = 0; i < 4; i++) most = others[i] > most ? others[i] : most;
  return most;
}
