// Winograd's convolution for one instruction set: included behind convolution_clone.h, whose register blocks do the
// products. No include guard on purpose.
//
// With the matrices of F(4×4, 3×3), B (6×6), G (6×3) and A (6×4):  y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A, summed over the
// source channels between the brackets. The 36 points of the product are 36 matrix products over tiles. Backward,
// dw = Gᵀ [Σ over tiles of (Bᵀ x B) (A dy Aᵀ)] G.

// Bᵀ d: 6 to 6.
WATTLE_INLINE void CLONE(patch_rows)(const vector d[6], vector out[6]) {
  const vector even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
  const vector near = d[4] - d[2], far = 2.0f * (d[3] - d[1]);
  out[0] = 4.0f * d[0] + (d[4] - 5.0f * d[2]);
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = near + far;
  out[4] = near - far;
  out[5] = 4.0f * d[1] + (d[5] - 5.0f * d[3]);
}

// Aᵀ m: 6 to 4.
WATTLE_INLINE void CLONE(tile_rows)(const vector m[6], vector out[4]) {
  const vector even = m[1] + m[2], odd = m[1] - m[2], even_far = m[3] + m[4], odd_far = m[3] - m[4];
  out[0] = m[0] + even + even_far;
  out[1] = odd + 2.0f * odd_far;
  out[2] = even + 4.0f * even_far;
  out[3] = odd + 8.0f * odd_far + m[5];
}

// A y: 4 to 6.
WATTLE_INLINE void CLONE(gradient_rows)(const vector y[4], vector out[6]) {
  const vector even = y[0] + y[2], odd = y[1] + y[3];
  const vector even_far = y[0] + 4.0f * y[2], odd_far = 2.0f * y[1] + 8.0f * y[3];
  out[0] = y[0];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = even_far + odd_far;
  out[4] = even_far - odd_far;
  out[5] = y[3];
}

// G w: 3 to 6.
WATTLE_INLINE void CLONE(weight_rows)(const vector w[3], vector out[6]) {
  const vector even = (w[0] + w[2]) * (-1.0f / 6), odd = w[1] * (1.0f / 6);
  const vector even_far = w[0] * (1.0f / 24) + w[2] * (1.0f / 6), odd_far = w[1] * (1.0f / 12);
  out[0] = w[0] * 0.25f;
  out[1] = even - odd;
  out[2] = even + odd;
  out[3] = even_far + odd_far;
  out[4] = even_far - odd_far;
  out[5] = w[2];
}

// Gᵀ u: 6 to 3.
WATTLE_INLINE void CLONE(weight_gradient_rows)(const vector u[6], vector out[3]) {
  const vector even = (u[1] + u[2]) * (1.0f / 6), far = (u[3] + u[4]) * (1.0f / 24);
  out[0] = 0.25f * u[0] - even + far;
  out[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
  out[2] = 4.0f * far - even + u[5];
}

// How many of the channels from `channel` on are in a vector.
WATTLE_INLINE int32_t CLONE(lanes_left)(int32_t channels, int32_t channel) {
  return channels - channel < LANES ? channels - channel : LANES;
}

// A square of an image, with zeros where it reaches beyond: its rows begin at rows[i], pixels stand `channels` floats
// apart, and only the columns from first to end are inside.
typedef struct {
  const float *rows[WATTLE_PATCH];
  int32_t first, end, channels;
} CLONE(square);

WATTLE_INLINE vector CLONE(pixel)(const CLONE(square) *s, int32_t i, int32_t j, int32_t c, int32_t lanes) {
  return CLONE(load_some)(s->rows[i] + (ptrdiff_t)j * s->channels + c, lanes);
}

// Bᵀ x B of one patch; its points go `stride` floats apart.
WATTLE_INLINE void CLONE(transform_patch)(const CLONE(square) *from, float *to, size_t stride) {
  for (int32_t c = 0; c < from->channels; c += LANES) {
    const int32_t lanes = CLONE(lanes_left)(from->channels, c);
    vector half[6][6];
    for (int32_t j = 0; j < 6; j++) {
      vector d[6], out[6] = {{0}};
      if (from->first <= j && j < from->end) {
        for (int32_t i = 0; i < 6; i++) d[i] = CLONE(pixel)(from, i, j, c, lanes);
        CLONE(patch_rows)(d, out);
      }
      for (int32_t i = 0; i < 6; i++) half[i][j] = out[i];
    }
    for (int32_t i = 0; i < 6; i++) {
      vector out[6];
      CLONE(patch_rows)(half[i], out);
      for (int32_t j = 0; j < 6; j++) CLONE(store_some)(to + (i * 6 + j) * stride + c, out[j], lanes);
    }
  }
}

// Aᵀ m A of one tile, plus bias.
static void CLONE(transform_products)(
    const float *from, size_t stride, int32_t channels, const float *bias, int relu, float *to, size_t row,
    size_t column) {
  const vector bound = CLONE(splat)(relu ? 0.0f : -INFINITY);
  for (int32_t c = 0; c < channels; c += LANES) {
    const int32_t lanes = CLONE(lanes_left)(channels, c);
    const vector constant = bias ? CLONE(load_some)(bias + c, lanes) : (vector){0};
    vector half[4][6];
    for (int32_t j = 0; j < 6; j++) {
      vector m[6], out[4];
      for (int32_t i = 0; i < 6; i++) m[i] = CLONE(load_some)(from + (i * 6 + j) * stride + c, lanes);
      CLONE(tile_rows)(m, out);
      for (int32_t i = 0; i < 4; i++) half[i][j] = out[i];
    }
    for (int32_t i = 0; i < 4; i++) {
      vector out[4];
      CLONE(tile_rows)(half[i], out);
      for (int32_t j = 0; j < 4; j++) {
        CLONE(store_some)(to + i * row + j * column + c, CLONE(at_least)(bound, out[j] + constant), lanes);
      }
    }
  }
}

// A dy Aᵀ of one tile.
WATTLE_INLINE void CLONE(transform_gradient)(const CLONE(square) *from, float *to, size_t stride) {
  for (int32_t c = 0; c < from->channels; c += LANES) {
    const int32_t lanes = CLONE(lanes_left)(from->channels, c);
    vector half[6][4];
    for (int32_t j = 0; j < 4; j++) {
      vector y[4], out[6] = {{0}};
      if (from->first <= j && j < from->end) {
        for (int32_t i = 0; i < 4; i++) y[i] = CLONE(pixel)(from, i, j, c, lanes);
        CLONE(gradient_rows)(y, out);
      }
      for (int32_t i = 0; i < 6; i++) half[i][j] = out[i];
    }
    for (int32_t i = 0; i < 6; i++) {
      vector out[6];
      CLONE(gradient_rows)(half[i], out);
      for (int32_t j = 0; j < 6; j++) CLONE(store_some)(to + (i * 6 + j) * stride + c, out[j], lanes);
    }
  }
}

// G w Gᵀ of all weights [3, 3, channels, out_channels], packed for the products: for each point panels of two vectors
// of out channels (the last may be one), each [channels, lanes], filled up with zeros.
static void CLONE(transform_weights)(const wattle_winograd *g, const float *w, float *packed) {
  const size_t tap = (size_t)g->channels * g->out_channels;
  const size_t point = g->channels * wattle_round_up(g->out_channels, LANES);
  for (int32_t start = 0; start < g->out_channels; start += LANES) {
    const int32_t lanes = CLONE(lanes_left)(g->out_channels, start);
    const int32_t panel = start / (2 * LANES) * (2 * LANES);
    const size_t width = g->out_channels - panel > LANES ? 2 * LANES : LANES;
    for (int32_t channel = 0; channel < g->channels; channel++) {
      const float *from = w + (size_t)channel * g->out_channels + start;
      float *to = packed + (size_t)panel * g->channels + channel * width + (start - panel);
      vector half[6][3];
      for (int32_t j = 0; j < 3; j++) {
        vector taps[3], out[6];
        for (int32_t i = 0; i < 3; i++) taps[i] = CLONE(load_some)(from + (i * 3 + j) * tap, lanes);
        CLONE(weight_rows)(taps, out);
        for (int32_t i = 0; i < 6; i++) half[i][j] = out[i];
      }
      for (int32_t i = 0; i < 6; i++) {
        vector out[6];
        CLONE(weight_rows)(half[i], out);
        for (int32_t j = 0; j < 6; j++) CLONE(store)(to + (i * 6 + j) * point, out[j]);
      }
    }
  }
}

// dw = Gᵀ du G, both with all pairs of channels in a row.
static void CLONE(transform_weight_gradient)(size_t pairs, const float *du, float *dw) {
  for (size_t pair = 0; pair < pairs; pair += LANES) {
    const int32_t lanes = pairs - pair < LANES ? (int32_t)(pairs - pair) : LANES;
    vector half[3][6];
    for (int32_t j = 0; j < 6; j++) {
      vector u[6], out[3];
      for (int32_t i = 0; i < 6; i++) u[i] = CLONE(load_some)(du + (i * 6 + j) * pairs + pair, lanes);
      CLONE(weight_gradient_rows)(u, out);
      for (int32_t i = 0; i < 3; i++) half[i][j] = out[i];
    }
    for (int32_t i = 0; i < 3; i++) {
      vector out[3];
      CLONE(weight_gradient_rows)(half[i], out);
      for (int32_t j = 0; j < 3; j++) CLONE(store_some)(dw + (i * 3 + j) * pairs + pair, out[j], lanes);
    }
  }
}

// The square of an image [height, width, channels] that begins at a row and a column, which may be below 0.
WATTLE_INLINE CLONE(square) CLONE(square_at)(
    const float *image, int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left, const int32_t side,
    const float *zeros) {
  CLONE(square)
  s = {.first = left < 0 ? -left : 0, .end = left + side <= width ? side : width - left, .channels = channels};
  for (int32_t i = 0; i < side; i++) {
    const int32_t y = top + i;
    s.rows[i] = y >= 0 && y < height ? image + ((ptrdiff_t)y * width + left) * channels : zeros;
  }
  return s;
}

// Where tile number `tile` of the batch is.
WATTLE_INLINE void CLONE(locate)(
    const wattle_winograd *g, size_t tile, size_t *image, int32_t *top, int32_t *left) {
  const size_t image_tiles = (size_t)g->tile_rows * g->tile_columns;
  const int32_t index = (int32_t)(tile % image_tiles);
  *image = tile / image_tiles;
  *top = index / g->tile_columns * WATTLE_TILE;
  *left = index % g->tile_columns * WATTLE_TILE;
}

static void CLONE(transform_patches)(
    const wattle_winograd *g, size_t first, size_t count, const float *x, const wattle_winograd_areas *areas) {
  for (size_t t = 0; t < count; t++) {
    size_t image;
    int32_t top, left;
    CLONE(locate)(g, first + t, &image, &top, &left);
    const CLONE(square) patch = CLONE(square_at)(
        x + image * g->height * g->width * g->channels, g->height, g->width, g->channels, top - g->pad_top,
        left - g->pad_left, WATTLE_PATCH, areas->zeros);
    CLONE(transform_patch)(&patch, areas->patches + t * g->channels, g->patch_stride);
  }
}

static void CLONE(transform_gradients)(
    const wattle_winograd *g, size_t first, size_t count, const float *dy, const wattle_winograd_areas *areas) {
  for (size_t t = 0; t < count; t++) {
    size_t image;
    int32_t top, left;
    CLONE(locate)(g, first + t, &image, &top, &left);
    const CLONE(square) tile = CLONE(square_at)(
        dy + image * g->out_height * g->out_width * g->out_channels, g->out_height, g->out_width, g->out_channels, top,
        left, WATTLE_TILE, areas->zeros);
    CLONE(transform_gradient)(&tile, areas->tiles + t * g->out_channels, g->tile_stride);
  }
}

static void CLONE(transform_tiles)(
    const wattle_winograd *g, size_t first, size_t count, const wattle_winograd_areas *areas, const float *bias,
    int relu, float *y) {
  const size_t row = (size_t)g->out_width * g->out_channels, edge_row = (size_t)WATTLE_TILE * g->out_channels;
  for (size_t t = 0; t < count; t++) {
    size_t image;
    int32_t top, left;
    CLONE(locate)(g, first + t, &image, &top, &left);
    const float *from = areas->tiles + t * g->out_channels;
    float *to = y + (image * g->out_height + top) * row + (size_t)left * g->out_channels;
    const int32_t rows = g->out_height - top, columns = g->out_width - left;
    if (rows >= WATTLE_TILE && columns >= WATTLE_TILE) {
      CLONE(transform_products)(from, g->tile_stride, g->out_channels, bias, relu, to, row, g->out_channels);
      continue;
    }
    CLONE(transform_products)
    (from, g->tile_stride, g->out_channels, bias, relu, areas->edge, edge_row, g->out_channels);
    for (int32_t i = 0; i < WATTLE_TILE && i < rows; i++) {
      const int32_t pixels = columns < WATTLE_TILE ? columns : WATTLE_TILE;
      CLONE(copy)(to + i * row, areas->edge + i * edge_row, (size_t)pixels * g->out_channels);
    }
  }
}

static void CLONE(list_tiles)(const wattle_winograd *g, const wattle_winograd_areas *areas) {
  const int32_t most = g->channels > g->out_channels ? g->channels : g->out_channels;
  memset(areas->zeros, 0, (size_t)WATTLE_PATCH * most * sizeof(float));
  for (int32_t i = 0; i < g->channels; i++) areas->taps[i] = i;
  for (size_t t = 0; t < g->block; t++) {
    areas->from[t] = (int32_t)t * g->channels;
    areas->to[t] = (int32_t)t * g->out_channels;
  }
}

// Rows of patches [rows, channels] times one panel of weights [channels, vectors * LANES]. With the number of channels
// known the rows stand at constant distances, which leaves registers for more of them and spares the lists of offsets.
WATTLE_INLINE void CLONE(multiply_rows)(
    const int32_t channels, const int32_t block, const int32_t vectors, size_t rows, const float *patches,
    const float *weights, int32_t lanes, size_t out_stride, float *out) {
  const int32_t last = lanes - (vectors - 1) * LANES;
  for (size_t start = 0; start < rows; start += block) {
    // The last block goes back to be whole: some rows are computed twice, to the same values.
    const size_t first = start + block <= rows ? start : rows - block;
    const float *from = patches + first * channels, *stream = weights;
    vector sums[24][2];
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++) sums[r][0] = sums[r][1] = (vector){0};
    for (int32_t s = 0; s < channels; s++, from++, stream += vectors * LANES) {
      const vector near = CLONE(load)(stream), far = vectors == 2 ? CLONE(load)(stream + LANES) : near;
#pragma clang loop unroll(full)
      for (int32_t r = 0; r < block; r++) {
        const vector value = CLONE(splat)(from[r * channels]);
        sums[r][0] += value * near;
        if (vectors == 2) {
          sums[r][1] += value * far;
#if LANES == 16
          // Keeps the compiler from loading the values of all rows at once, for which there are too few registers.
          __asm__ volatile("" : "+v"(sums[r][0]), "+v"(sums[r][1])::"memory");
#endif
        }
      }
    }
    float *to = out + first * out_stride;
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++, to += out_stride) {
      if (vectors == 2) CLONE(store)(to, sums[r][0]);
      CLONE(store_some)(to + (vectors - 1) * LANES, sums[r][vectors - 1], last);
    }
  }
}

#define DEFINE_ROWS(channels)                                                                                     \
  static __attribute__((noinline)) void CLONE(multiply_one_vector_of_##channels)(                                 \
      size_t rows, const float *patches, const float *weights, int32_t lanes, size_t out_stride, float *out) {    \
    CLONE(multiply_rows)(channels, 2 * PIXEL_BLOCK, 1, rows, patches, weights, lanes, out_stride, out);           \
  }                                                                                                               \
  static __attribute__((noinline)) void CLONE(multiply_two_vectors_of_##channels)(                                \
      size_t rows, const float *patches, const float *weights, int32_t lanes, size_t out_stride, float *out) {    \
    CLONE(multiply_rows)(channels, PIXEL_BLOCK, 2, rows, patches, weights, lanes, out_stride, out);               \
  }
DEFINE_ROWS(16)
DEFINE_ROWS(32)
DEFINE_ROWS(64)
#undef DEFINE_ROWS

// The same for the usual numbers of channels; returns 0, and does nothing, for others or too few rows.
static int CLONE(multiply_usual)(
    int32_t channels, size_t rows, const float *patches, const float *weights, int32_t lanes, size_t out_stride,
    float *out) {
  const int is_wide = lanes > LANES;
  if (rows < 2 * PIXEL_BLOCK) return 0;
#define MULTIPLY(channels)                                                                                       \
  case channels:                                                                                                 \
    if (is_wide) {                                                                                               \
      CLONE(multiply_two_vectors_of_##channels)(rows, patches, weights, lanes, out_stride, out);                 \
    } else {                                                                                                     \
      CLONE(multiply_one_vector_of_##channels)(rows, patches, weights, lanes, out_stride, out);                  \
    }                                                                                                            \
    return 1;
  switch (channels) {
    MULTIPLY(16)
    MULTIPLY(32)
    MULTIPLY(64)
    default: return 0;
  }
#undef MULTIPLY
}

// The destination from the source and the weights [3, 3, channels, out_channels].
static void CLONE(convolve_tiles)(
    const wattle_winograd *g, const wattle_winograd_areas *areas, const float *x, const float *w, const float *bias,
    int relu, float *y) {
  const size_t point = g->channels * wattle_round_up(g->out_channels, LANES);
  CLONE(list_tiles)(g, areas);
  CLONE(transform_weights)(g, w, areas->weights);
  memset(areas->bias, 0, wattle_round_up(g->out_channels, LANES) * sizeof(float));
  for (size_t first = 0; first < g->tiles; first += g->block) {
    const size_t count = g->tiles - first < g->block ? g->tiles - first : g->block;
    CLONE(transform_patches)(g, first, count, x, areas);
    for (size_t p = 0; p < WATTLE_POINTS; p++) {
      for (int32_t start = 0; start < g->out_channels; start += 2 * LANES) {
        const int32_t left = g->out_channels - start, lanes = left < 2 * LANES ? left : 2 * LANES;
        if (CLONE(multiply_usual)(
                g->channels, count, areas->patches + p * g->patch_stride,
                areas->weights + p * point + (size_t)start * g->channels, lanes, g->out_channels,
                areas->tiles + p * g->tile_stride + start)) {
          continue;
        }
        CLONE(panel)
        panel = {
            .pixels = count,
            .steps = g->channels,
            .from = areas->from,
            .to = areas->to,
            .taps = areas->taps,
            .source = areas->patches + p * g->patch_stride,
            .weights = areas->weights + p * point + (size_t)start * g->channels,
            .bias = areas->bias,
            .out = areas->tiles + p * g->tile_stride + start,
            .lanes = lanes,
        };
        if (lanes > LANES) {
          CLONE(multiply_two_vectors)(&panel);
        } else {
          CLONE(multiply_one_vector)(&panel);
        }
      }
    }
    CLONE(transform_tiles)(g, first, count, areas, bias, relu, y);
  }
}

static void CLONE(winograd_forward)(
    const wattle_convolution *s, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch) {
  const wattle_winograd g = wattle_forward_winograd(s);
  const wattle_winograd_areas areas = wattle_areas_of_winograd(&g, scratch);
  CLONE(convolve_tiles)(&g, &areas, x, w, bias, relu, y);
}

// The same with the kernel turned by half a circle, source and destination channels exchanged.
static void CLONE(winograd_backward_input)(
    const wattle_convolution *s, const float *dy, const float *w, float *dx, float *scratch) {
  const wattle_winograd g = wattle_backward_winograd(s);
  const wattle_winograd_areas areas = wattle_areas_of_winograd(&g, scratch);
  const size_t pairs = (size_t)g.channels * g.out_channels;
  for (int32_t k = 0; k < 9; k++) {
    wattle_transpose(g.out_channels, g.channels, w + (8 - k) * pairs, areas.turned + k * pairs);
  }
  CLONE(convolve_tiles)(&g, &areas, dy, areas.turned, 0, 0, dx);
}

static void CLONE(winograd_backward_weights)(
    const wattle_convolution *s, const float *x, const float *dy, float *dw, float *db, float *scratch) {
  const wattle_winograd g = wattle_forward_winograd(s);
  const wattle_winograd_areas areas = wattle_areas_of_winograd(&g, scratch);
  const size_t pairs = (size_t)g.channels * g.out_channels;
  CLONE(list_tiles)(&g, &areas);
  memset(areas.weights, 0, WATTLE_POINTS * pairs * sizeof(float));
  const CLONE(weight_kernel) *kernel = CLONE(choose_weight_kernel)(g.channels);
  for (size_t first = 0; first < g.tiles; first += g.block) {
    const size_t count = g.tiles - first < g.block ? g.tiles - first : g.block;
    CLONE(transform_patches)(&g, first, count, x, &areas);
    CLONE(transform_gradients)(&g, first, count, dy, &areas);
    for (size_t p = 0; p < WATTLE_POINTS; p++) {
      for (int32_t start = 0; start < g.out_channels; start += 2 * LANES) {
        const int32_t left = g.out_channels - start, lanes = left < 2 * LANES ? left : 2 * LANES;
        CLONE(weight_block)
        block = {
            .pixels = count,
            .rows = g.channels,
            .gradient_stride = g.out_channels,
            .out_stride = g.out_channels,
            .from = areas.from,
            .taps = areas.taps,
            .source = areas.patches + p * g.patch_stride,
            .gradient = areas.tiles + p * g.tile_stride + start,
            .out = areas.weights + p * pairs + start,
            .lanes = lanes,
        };
        kernel->add[lanes > LANES](&block);
      }
    }
  }
  CLONE(transform_weight_gradient)(pairs, areas.weights, dw);
  if (db) {
    memset(db, 0, g.out_channels * sizeof(float));
    CLONE(add_rows)((size_t)s->batch * g.out_height * g.out_width, g.out_channels, dy, db);
  }
}
