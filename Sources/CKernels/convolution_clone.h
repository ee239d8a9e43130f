// The convolution for one instruction set: included once for each, with LANES (floats in a vector), CLONE(name) (adds
// its suffix), PIXEL_BLOCK, LANEWISE_BLOCK and FOR_EACH_BLOCK(apply) (the numbers of rows of a register block).
// No include guard on purpose.

// Arrays of constant size: the compiler would keep variable ones in memory.
enum { CLONE(MOST_ROWS) = 12 };
#define MOST_ROWS CLONE(MOST_ROWS)

#include "vector_clone.h"

// The register block that everything comes down to: for each step s, with value = rows[r] + index[s],
//   sums[r][q] += value[0] * stream[s * stride + q * LANES + lane]       or, if lanewise (one vector),
//   sums[r][0] += value[lane] * stream[s * stride + lane].
// Inlined with constant numbers of rows and vectors, so that the sums stay in registers.
WATTLE_INLINE void CLONE(accumulate)(
    const int32_t row_count, const int32_t vectors, const int32_t lanewise, const float *const *rows, size_t steps,
    const int32_t *index, const float *stream, size_t stride, vector sums[][2]) {
  for (size_t s = 0; s < steps; s++, stream += stride) {
    const ptrdiff_t at = index[s];
    const vector first = CLONE(load)(stream);
    const vector second = vectors == 2 ? CLONE(load)(stream + LANES) : first;
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < row_count; r++) {
      const vector value = lanewise ? CLONE(load)(rows[r] + at) : CLONE(splat)(rows[r][at]);
      sums[r][0] += value * first;
      if (vectors == 2) {
        sums[r][1] += value * second;
#if LANES == 16
        // Keeps the compiler from loading the values of all rows at once, for which there are too few registers.
        __asm__ volatile("" : "+v"(sums[r][0]), "+v"(sums[r][1])::"memory");
#endif
      }
    }
  }
}

// Some pixels and one panel of channels: source values gathered by pixel and tap times packed weights, plus bias.
typedef struct {
  size_t pixels, steps;
  const int32_t *from, *to, *taps;
  const float *source, *weights, *bias;
  float *out;
  int32_t lanes, relu;
} CLONE(panel);

WATTLE_INLINE void CLONE(multiply_panel)(
    const int32_t block, const int32_t vectors, const int32_t lanewise, const CLONE(panel) *p) {
  const vector zero = {0}, bound = CLONE(splat)(p->relu ? 0.0f : -INFINITY);
  const vector bias[2] = {CLONE(load)(p->bias), vectors == 2 ? CLONE(load)(p->bias + LANES) : zero};
  const int32_t last = p->lanes - (vectors - 1) * LANES;
  const size_t pixels = p->pixels;
  for (size_t start = 0; start < pixels; start += block) {
    // The last block goes back to be whole: some pixels are computed twice, to the same values.
    size_t first = start + block <= pixels || pixels < (size_t)block ? start : pixels - block;
    const float *rows[MOST_ROWS];
    vector sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++) {
      size_t pixel = first + r < pixels ? first + r : pixels - 1;
      rows[r] = p->source + p->from[pixel];
      sums[r][0] = bias[0];
      sums[r][1] = bias[1];
    }
    CLONE(accumulate)
    (block, vectors, lanewise, rows, p->steps, p->taps, p->weights, vectors * LANES, sums);
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++) {
      size_t pixel = first + r < pixels ? first + r : pixels - 1;
      float *out = p->out + p->to[pixel];
      if (vectors == 2) CLONE(store)(out, CLONE(at_least)(bound, sums[r][0]));
      CLONE(store_some)
      (out + (vectors - 1) * LANES, CLONE(at_least)(bound, sums[r][vectors - 1]), last);
    }
  }
}

static __attribute__((noinline)) void CLONE(multiply_one_vector)(const CLONE(panel) *p) { CLONE(multiply_panel)(PIXEL_BLOCK, 1, 0, p); }
static __attribute__((noinline)) void CLONE(multiply_two_vectors)(const CLONE(panel) *p) { CLONE(multiply_panel)(PIXEL_BLOCK, 2, 0, p); }
static __attribute__((noinline)) void CLONE(multiply_lanewise)(const CLONE(panel) *p) { CLONE(multiply_panel)(LANEWISE_BLOCK, 1, 1, p); }

WATTLE_INLINE void CLONE(copy)(float *to, const float *from, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) CLONE(store)(to + i, CLONE(load)(from + i));
  if (i == count) return;
  if (count >= LANES) {
    CLONE(store)(to + count - LANES, CLONE(load)(from + count - LANES));
  } else {
#pragma clang loop vectorize(disable) unroll(disable)
    for (; i < count; i++) to[i] = from[i];
  }
}

// The chunk's source: in place, or copied between its padding.
static const float *CLONE(chunk_source)(
    const wattle_gather *g, const wattle_chunk *chunk, const float *x, float *padded) {
  int32_t top = chunk->first_row * g->step_y;
  if (g->direct) return x + chunk->first_image * g->image + top * g->row;
  int32_t rows = (chunk->rows - 1) * g->step_y + g->reach, columns = (int32_t)(g->row / g->channels);
  int32_t left = g->pad_left > 0 ? g->pad_left : 0;
  int32_t right = columns < g->width + g->pad_left ? columns : g->width + g->pad_left;
  if (right < left) right = left;
  const size_t before = (size_t)left * g->channels, inside = (size_t)(right - left) * g->channels;
  // Whole images have their padding in the same places each time: the first chunk's stays.
  const int stays = g->band == g->units && chunk->first_image > 0;
  float *to = padded;
  for (int32_t i = 0; i < chunk->images; i++) {
    for (int32_t j = 0; j < rows; j++, to += g->row) {
      int32_t y = top + j - g->pad_top;
      if (y < 0 || y >= g->height) {
        if (!stays) memset(to, 0, g->row * sizeof(float));
        continue;
      }
      const float *from =
          x + (((size_t)(chunk->first_image + i) * g->height + y) * g->width + left - g->pad_left) * g->channels;
      CLONE(copy)(to + before, from, inside);
      if (stays) continue;
      memset(to, 0, before * sizeof(float));
      memset(to + before + inside, 0, (g->row - before - inside) * sizeof(float));
    }
  }
  // Vectors may run over the end.
  if (!stays) memset(to, 0, 2 * WATTLE_WIDEST * sizeof(float));
  return padded;
}

// Lists the pixels of a chunk and phase: unit (u, v) is out pixel (u * out_step_y + shift_y, v * out_step_x + shift_x)
// where there is one.
static size_t CLONE(list_pixels)(
    const wattle_gather *g, const wattle_chunk *chunk, int32_t out_step_y, int32_t out_step_x, int32_t shift_y,
    int32_t shift_x, int32_t *restrict from, int32_t *restrict to) {
  int32_t first = 0, end = g->unit_columns;
  while (first < end && first * out_step_x + shift_x < 0) first++;
  while (end > first && (end - 1) * out_step_x + shift_x >= g->out_width) end--;
  size_t image = g->direct ? g->image : ((size_t)(chunk->rows - 1) * g->step_y + g->reach) * g->row;
  int32_t from_step = g->step_x * g->channels, to_step = out_step_x * g->out_channels;
  size_t pixels = 0;
  for (int32_t i = 0; i < chunk->images; i++) {
    for (int32_t u = 0; u < chunk->rows; u++) {
      int32_t y = (chunk->first_row + u) * out_step_y + shift_y;
      if (y < 0 || y >= g->out_height) continue;
      int32_t from_row = (int32_t)(i * image + u * g->step_y * g->row);
      int32_t to_row = ((i * g->out_height + y) * g->out_width + shift_x) * g->out_channels;
      for (int32_t v = first; v < end; v++) from[pixels + v - first] = from_row + v * from_step;
      if (to) {
        for (int32_t v = first; v < end; v++) to[pixels + v - first] = to_row + v * to_step;
      }
      pixels += end - first;
    }
  }
  return pixels;
}

// Packs one tap's weights: panels of two vectors of out channels (the last may be one, all are if lanewise),
// each [steps, lanes], filled up with zeros.
// Out channel o and source channel i of group n have their weight at w[n * group_stride + o * out_stride + i * in_stride].
static void CLONE(pack_tap)(
    const wattle_gather *g, const float *w, size_t group_stride, size_t out_stride, size_t in_stride, size_t steps,
    size_t step, float *packed) {
  int32_t inner = g->lanewise ? 1 : g->group_channels, most = g->lanewise ? LANES : 2 * LANES;
  size_t group_lanes = wattle_round_up(g->out_group, LANES);
  for (int32_t n = 0; n < g->groups; n++) {
    for (int32_t start = 0; start < g->out_group; start += most) {
      int32_t left = g->out_group - start, width = left > LANES ? most : LANES;
      int32_t lanes = left < width ? left : width;
      const float *from = w + n * group_stride + start * out_stride;
      float *to = packed + (n * group_lanes + start) * steps + step * width;
      if (out_stride == 1) {
        for (int32_t i = 0; i < inner; i++, from += in_stride, to += width) {
          CLONE(copy)(to, from, lanes);
          for (int32_t lane = lanes; lane < width; lane++) to[lane] = 0.0f;
        }
      } else {
        for (int32_t i = 0; i < inner; i++, from += in_stride, to += width) {
          for (int32_t lane = 0; lane < lanes; lane++) to[lane] = from[lane * out_stride];
          for (int32_t lane = lanes; lane < width; lane++) to[lane] = 0.0f;
        }
      }
    }
  }
}

static __attribute__((noinline)) void CLONE(multiply_panels)(
    const wattle_gather *g, size_t pixels, size_t steps, const wattle_gather_areas *areas, const int32_t *taps,
    const float *source, const float *weights, int relu, float *out) {
  size_t group_lanes = wattle_round_up(g->out_group, LANES);
  int32_t most = g->lanewise ? LANES : 2 * LANES;
  if (pixels == 0) return;
  for (int32_t n = 0; n < g->groups; n++) {
    for (int32_t start = 0; start < g->out_group; start += most) {
      int32_t left = g->out_group - start, lanes = left < most ? left : most;
      CLONE(panel)
      panel = {
          .pixels = pixels,
          .steps = steps,
          .from = areas->from,
          .to = areas->to,
          .taps = taps,
          .source = source + (g->lanewise ? start : n * g->group_channels),
          .weights = weights + (n * group_lanes + start) * steps,
          .bias = areas->bias + n * group_lanes + start,
          .out = out + n * g->out_group + start,
          .lanes = lanes,
          .relu = relu,
      };
      if (g->lanewise) {
        CLONE(multiply_lanewise)(&panel);
      } else if (lanes > LANES) {
        CLONE(multiply_two_vectors)(&panel);
      } else {
        CLONE(multiply_one_vector)(&panel);
      }
    }
  }
}

// Lists one tap: its place among the padded source, for each source channel of a group.
static int32_t *CLONE(list_tap)(const wattle_gather *g, size_t place, int32_t *taps) {
  int32_t inner = g->lanewise ? 1 : g->group_channels;
  for (int32_t i = 0; i < inner; i++) taps[i] = (int32_t)place + i;
  return taps + inner;
}

static void CLONE(forward)(
    const wattle_convolution *s, const float *x, const float *w, const float *bias, int relu, float *y,
    float *scratch) {
  const wattle_gather gather = wattle_forward_gather(s), *g = &gather;
  const wattle_gather_areas areas = wattle_areas_of_gather(g, scratch);
  size_t inner = g->steps / ((size_t)s->kernel_height * s->kernel_width), tap = 0;
  int32_t *taps = areas.taps;
  for (int32_t ky = 0; ky < s->kernel_height; ky++) {
    for (int32_t kx = 0; kx < s->kernel_width; kx++, tap++) {
      size_t place = ky * s->dilation_height * g->row + (size_t)kx * s->dilation_width * g->channels;
      taps = CLONE(list_tap)(g, place, taps);
      CLONE(pack_tap)
      (g, w + tap * inner * s->output_channels, g->out_group, 1, s->output_channels, g->steps, tap * inner,
       areas.weights);
    }
  }
  size_t group_lanes = wattle_round_up(g->out_group, LANES);
  memset(areas.bias, 0, g->groups * group_lanes * sizeof(float));
  for (int32_t n = 0; bias && n < g->groups; n++) {
    memcpy(areas.bias + n * group_lanes, bias + n * g->out_group, g->out_group * sizeof(float));
  }
  wattle_chunk chunk = {0};
  while (wattle_next_chunk(g, &chunk)) {
    const float *source = CLONE(chunk_source)(g, &chunk, x, areas.source);
    size_t pixels = CLONE(list_pixels)(g, &chunk, 1, 1, 0, 0, areas.from, areas.to);
    float *out = y + (size_t)chunk.first_image * g->out_height * g->out_width * g->out_channels;
    CLONE(multiply_panels)(g, pixels, g->steps, &areas, areas.taps, source, areas.weights, relu, out);
  }
}

// The taps k of one direction that belong to a phase: k * dilation mod stride = phase.
WATTLE_INLINE int CLONE(belongs)(int32_t k, int32_t dilation, int32_t stride, int32_t phase) {
  return k * dilation % stride == phase;
}

static void CLONE(backward_input)(
    const wattle_convolution *s, const float *dy, const float *w, float *dx, float *scratch) {
  const wattle_gather gather = wattle_backward_gather(s), *g = &gather;
  const wattle_gather_areas areas = wattle_areas_of_gather(g, scratch);
  const int32_t stride_y = s->stride_height, stride_x = s->stride_width;
  const int32_t most_y = (s->kernel_height - 1) * s->dilation_height / stride_y;
  const int32_t most_x = (s->kernel_width - 1) * s->dilation_width / stride_x;
  const int32_t first_y = s->pad_top / stride_y, first_x = s->pad_left / stride_x;
  const size_t inner = g->steps / ((size_t)s->kernel_height * s->kernel_width);
  const size_t lanes = g->groups * wattle_round_up(g->out_group, LANES);
  const size_t tap_weights = (size_t)(s->channels / s->groups) * s->output_channels;
  memset(areas.bias, 0, lanes * sizeof(float));

  // Taps and weights, phase by phase.
  size_t listed = 0;
  for (int32_t phase = 0; phase < stride_y * stride_x; phase++) {
    size_t steps = 0;
    for (int32_t pass = 0; pass < 2; pass++) {
      size_t step = 0;
      for (int32_t ky = 0; ky < s->kernel_height; ky++) {
        if (!CLONE(belongs)(ky, s->dilation_height, stride_y, phase / stride_x)) continue;
        for (int32_t kx = 0; kx < s->kernel_width; kx++) {
          if (!CLONE(belongs)(kx, s->dilation_width, stride_x, phase % stride_x)) continue;
          if (pass == 1) {
            size_t place = (most_y - ky * s->dilation_height / stride_y) * g->row +
                           (size_t)(most_x - kx * s->dilation_width / stride_x) * g->channels;
            CLONE(list_tap)(g, place, areas.taps + listed + step);
            CLONE(pack_tap)
            (g, w + (ky * s->kernel_width + kx) * tap_weights, g->group_channels,
             g->lanewise ? 1 : s->output_channels, 1, steps, step, areas.weights + listed * lanes);
          }
          step += inner;
        }
      }
      steps = step;
    }
    listed += steps;
  }

  wattle_chunk chunk = {0};
  while (wattle_next_chunk(g, &chunk)) {
    const float *source = CLONE(chunk_source)(g, &chunk, dy, areas.source);
    float *out = dx + (size_t)chunk.first_image * g->out_height * g->out_width * g->out_channels;
    size_t first = 0;
    for (int32_t phase = 0; phase < stride_y * stride_x; phase++) {
      int32_t phase_y = phase / stride_x, phase_x = phase % stride_x, rows = 0, columns = 0;
      for (int32_t k = 0; k < s->kernel_height; k++) {
        rows += CLONE(belongs)(k, s->dilation_height, stride_y, phase_y);
      }
      for (int32_t k = 0; k < s->kernel_width; k++) {
        columns += CLONE(belongs)(k, s->dilation_width, stride_x, phase_x);
      }
      size_t steps = (size_t)rows * columns * inner;
      size_t pixels = CLONE(list_pixels)(
          g, &chunk, stride_y, stride_x, first_y * stride_y + phase_y - s->pad_top,
          first_x * stride_x + phase_x - s->pad_left, areas.from, areas.to);
      CLONE(multiply_panels)
      (g, pixels, steps, &areas, areas.taps + first, source, areas.weights + first * lanes, 0, out);
      first += steps;
    }
  }
}

// Some rows of the weights' gradient, [rows, lanes]: row r adds up source values at taps[r] of each pixel times the
// output's gradient.
typedef struct {
  size_t pixels, rows, gradient_stride, out_stride;
  const int32_t *from, *taps;
  const float *source, *gradient;
  float *out;
  int32_t lanes;
} CLONE(weight_block);

// At most a whole vector is added.
WATTLE_INLINE void CLONE(add)(float *to, vector v, int32_t count) {
  int32_t lanes = count < LANES ? count : LANES;
  CLONE(store_some)(to, CLONE(load_some)(to, lanes) + v, lanes);
}

WATTLE_INLINE void CLONE(add_weights)(
    const int32_t block, const int32_t vectors, const int32_t lanewise, const CLONE(weight_block) *p) {
  for (size_t start = 0; start < p->rows; start += block) {
    const float *rows[MOST_ROWS];
    vector sums[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++) {
      // Rows beyond the last repeat it, and are dropped.
      rows[r] = p->source + p->taps[start + r < p->rows ? start + r : p->rows - 1];
      sums[r][0] = sums[r][1] = (vector){0};
    }
    CLONE(accumulate)
    (block, vectors, lanewise, rows, p->pixels, p->from, p->gradient, p->gradient_stride, sums);
#pragma clang loop unroll(full)
    for (int32_t r = 0; r < block; r++) {
      if (start + r >= p->rows) break;
      float *out = p->out + (start + r) * p->out_stride;
      CLONE(add)(out, sums[r][0], p->lanes);
      if (vectors == 2) CLONE(add)(out + LANES, sums[r][1], p->lanes - LANES);
    }
  }
}

#define DEFINE_BLOCK(block)                                                                                          \
  static __attribute__((noinline)) void CLONE(add_one_vector_##block)(const CLONE(weight_block) *p) { CLONE(add_weights)(block, 1, 0, p); }    \
  static __attribute__((noinline)) void CLONE(add_two_vectors_##block)(const CLONE(weight_block) *p) { CLONE(add_weights)(block, 2, 0, p); }   \
  static __attribute__((noinline)) void CLONE(add_lanewise_##block)(const CLONE(weight_block) *p) { CLONE(add_weights)(block, 1, 1, p); }
FOR_EACH_BLOCK(DEFINE_BLOCK)
#undef DEFINE_BLOCK

typedef struct {
  int32_t rows;
  void (*add[3])(const CLONE(weight_block) *);  // one vector, two vectors, lanewise
} CLONE(weight_kernel);

#define LIST_BLOCK(block)                                                                                            \
  {block, {CLONE(add_one_vector_##block), CLONE(add_two_vectors_##block), CLONE(add_lanewise_##block)}},
static const CLONE(weight_kernel) CLONE(weight_kernels)[] = {FOR_EACH_BLOCK(LIST_BLOCK)};
#undef LIST_BLOCK

// The one that wastes least on blocks that are not full, counting the loads of a step as another row.
static const CLONE(weight_kernel) *CLONE(choose_weight_kernel)(size_t rows) {
  const CLONE(weight_kernel) *best = CLONE(weight_kernels);
  size_t least = SIZE_MAX;
  for (size_t i = 0; i < sizeof CLONE(weight_kernels) / sizeof CLONE(weight_kernels)[0]; i++) {
    size_t block = CLONE(weight_kernels)[i].rows, cost = (rows + block - 1) / block * (block + 1);
    if (cost < least) best = &CLONE(weight_kernels)[i], least = cost;
  }
  return best;
}

// db += the column sums of dy [rows, channels].
static void CLONE(add_rows)(size_t rows, size_t channels, const float *dy, float *db) {
  size_t j = 0;
  for (; j + LANES <= channels; j += LANES) {
    vector sums[4] = {{0}};
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      for (size_t k = 0; k < 4; k++) sums[k] += CLONE(load)(dy + (i + k) * channels + j);
    }
    for (; i < rows; i++) sums[0] += CLONE(load)(dy + i * channels + j);
    CLONE(store)(db + j, CLONE(load)(db + j) + ((sums[0] + sums[1]) + (sums[2] + sums[3])));
  }
  for (; j < channels; j++) {
    float sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      for (size_t k = 0; k < 4; k++) sums[k] += dy[(i + k) * channels + j];
    }
    for (; i < rows; i++) sums[0] += dy[i * channels + j];
    db[j] += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

static void CLONE(backward_weights)(
    const wattle_convolution *s, const float *x, const float *dy, float *dw, float *db, float *scratch) {
  const wattle_gather gather = wattle_forward_gather(s), *g = &gather;
  const wattle_weight_areas areas = wattle_areas_of_weights(g, scratch);
  const size_t channels = s->output_channels;
  int32_t *taps = areas.taps;
  for (int32_t ky = 0; ky < s->kernel_height; ky++) {
    for (int32_t kx = 0; kx < s->kernel_width; kx++) {
      size_t place = ky * s->dilation_height * g->row + (size_t)kx * s->dilation_width * g->channels;
      taps = CLONE(list_tap)(g, place, taps);
    }
  }
  memset(dw, 0, g->steps * channels * sizeof(float));
  if (db) memset(db, 0, channels * sizeof(float));
  const CLONE(weight_kernel) *kernel = CLONE(choose_weight_kernel)(g->steps);
  const int32_t most = g->lanewise ? LANES : 2 * LANES;
  const size_t image = (size_t)g->out_height * g->out_width;
  wattle_chunk chunk = {0};
  while (wattle_next_chunk(g, &chunk)) {
    const float *source = CLONE(chunk_source)(g, &chunk, x, areas.source);
    size_t pixels = CLONE(list_pixels)(g, &chunk, 1, 1, 0, 0, areas.from, 0);
    size_t before = chunk.first_image * image + (size_t)chunk.first_row * g->out_width;
    const float *gradient = dy + before * channels;
    if (db) CLONE(add_rows)(pixels, channels, gradient, db);
    // Vectors may run over the end of a row of channels, but not over the end of dy.
    if (g->out_group % LANES && (g->batch * image - before - pixels) * channels < LANES) {
      memcpy(areas.gradient, gradient, pixels * channels * sizeof(float));
      memset(areas.gradient + pixels * channels, 0, 2 * WATTLE_WIDEST * sizeof(float));
      gradient = areas.gradient;
    }
    for (int32_t n = 0; n < g->groups; n++) {
      for (int32_t start = 0; start < g->out_group; start += most) {
        int32_t left = g->out_group - start, lanes = left < most ? left : most;
        CLONE(weight_block)
        block = {
            .pixels = pixels,
            .rows = g->steps,
            .gradient_stride = channels,
            .out_stride = channels,
            .from = areas.from,
            .taps = areas.taps,
            .source = source + (g->lanewise ? start : n * g->group_channels),
            .gradient = gradient + n * g->out_group + start,
            .out = dw + n * g->out_group + start,
            .lanes = lanes,
        };
        kernel->add[g->lanewise ? 2 : lanes > LANES](&block);
      }
    }
  }
}

#undef MOST_ROWS
