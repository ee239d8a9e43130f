#ifndef WATTLE_CKERNELS_H
#define WATTLE_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Activations.h"
#include "Convolution.h"
#include "Joining.h"
#include "Normalization.h"
#include "Pooling.h"

// Small loops around the matrix products, in 32-bit floats. Matrices are row-major without gaps. Arrays of one call
// do not overlap unless the comment says "in place". Each fast kernel has a plain `_reference` version, for tests.

// Zeroed memory, aligned to 64 bytes, or NULL.
void *wattle_allocate(size_t bytes);
void wattle_free(void *memory);

// Floating-point mode of the calling thread. Flushing returns the mode before, to be restored.
uint64_t wattle_flush_denormals(void);
void wattle_restore_floating_point_mode(uint64_t mode);

// The file of the loaded library that holds this address, or NULL.
const char *wattle_library_of(const void *address);

// y[count] = e^x, within 2 units in the last place; results below 2^-126 are 0.
void wattle_exp(size_t count, const float *x, float *y);
void wattle_exp_reference(size_t count, const float *x, float *y);

// Activations, element by element: x, y, dy, dx, slope [count]. tanh is within 4 units in the last place. ReLU and
// tanh keep their output y for the backward pass; GELU, in its tanh form, keeps its slope, and dx = dy * slope.
void wattle_relu(size_t count, const float *x, float *y);
void wattle_relu_backward(size_t count, const float *y, const float *dy, float *dx);
void wattle_tanh(size_t count, const float *x, float *y);
void wattle_tanh_backward(size_t count, const float *y, const float *dy, float *dx);
void wattle_gelu(size_t count, const float *x, float *y, float *slope);
void wattle_multiply(size_t count, const float *a, const float *b, float *product);

// Bias and activation behind a matrix product, in place: y [rows, columns], bias [columns].
void wattle_bias(size_t rows, size_t columns, const float *bias, float *y);
void wattle_bias_relu(size_t rows, size_t columns, const float *bias, float *y);
void wattle_bias_tanh(size_t rows, size_t columns, const float *bias, float *y);
void wattle_bias_gelu(size_t rows, size_t columns, const float *bias, float *y, float *slope);

// Their backward pass: dz [rows, columns] is the gradient by the output and becomes, in place, that by the sum of
// product and bias; dbias [columns] is overwritten with its column sums.
void wattle_bias_backward(size_t rows, size_t columns, const float *dz, float *dbias);
void wattle_bias_relu_backward(size_t rows, size_t columns, const float *y, float *dz, float *dbias);
void wattle_bias_tanh_backward(size_t rows, size_t columns, const float *y, float *dz, float *dbias);
void wattle_bias_gelu_backward(size_t rows, size_t columns, const float *slope, float *dz, float *dbias);

typedef enum { WATTLE_LINEAR, WATTLE_RELU, WATTLE_TANH, WATTLE_GELU } wattle_activation;

// The plain version of all of the above, on libm. `bias` may be NULL.
void wattle_bias_activation_reference(
    wattle_activation activation, size_t rows, size_t columns, const float *bias, float *y, float *slope);
void wattle_bias_activation_backward_reference(
    size_t rows, size_t columns, const float *slope, float *dz, float *dbias);

// Softmax and cross-entropy: logits [rows, classes], labels [rows] in 0 ..< classes. Returns the sum of the rows'
// losses; gradient [rows, classes] is that of their mean by the logits.
double wattle_softmax_cross_entropy(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, float *gradient);
double wattle_softmax_cross_entropy_reference(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, float *gradient);

// The same with weights [classes] and a smoothed target: of a row's target, 1 - smoothing is at the label and the
// rest is spread evenly, and -log p counts w[class] times for each class. Returns the sum of the rows' losses;
// `gradient` is that of the sum, times `scale`.
double wattle_weighted_cross_entropy(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, const float *weights, float smoothing,
    float scale, float *gradient);
double wattle_weighted_cross_entropy_reference(
    size_t rows, size_t classes, const float *logits, const int32_t *labels, const float *weights, float smoothing,
    float scale, float *gradient);

// The same for two classes and one logit a row, that of class 1 against class 0: logits, labels, gradient [rows],
// weights [2].
double wattle_binary_cross_entropy(
    size_t rows, const float *logits, const int32_t *labels, const float *weights, float smoothing, float scale,
    float *gradient);
double wattle_binary_cross_entropy_reference(
    size_t rows, const float *logits, const int32_t *labels, const float *weights, float smoothing, float scale,
    float *gradient);

// Squared errors: predictions, targets, gradient [rows]. Returns their sum; `gradient` is that of the sum, times
// `scale`.
double wattle_squared_error(
    size_t rows, const float *predictions, const float *targets, float scale, float *gradient);
double wattle_squared_error_reference(
    size_t rows, const float *predictions, const float *targets, float scale, float *gradient);

// Huber's loss: e^2 / 2 for an error within delta, delta (|e| - delta / 2) beyond; the rest as above.
double wattle_huber(
    size_t rows, float delta, const float *predictions, const float *targets, float scale, float *gradient);
double wattle_huber_reference(
    size_t rows, float delta, const float *predictions, const float *targets, float scale, float *gradient);

// The number of rows whose largest logit (the first, among equals) is the label's; with one logit a row, where it is
// above 0 for label 1.
size_t wattle_count_correct(size_t rows, size_t classes, const float *logits, const int32_t *labels);
size_t wattle_count_correct_binary(size_t rows, const float *logits, const int32_t *labels);

// The four state words of xoshiro128++ for 16 lanes: words[16 * word + lane]. No lane may be all zero.
typedef struct {
  uint32_t words[64];
} wattle_dropout_state;

// Inverted dropout: mask is 0 with probability `rate`, in 0 ..< 1, and else 1 / (1 - rate); y = x * mask; all [count].
// Advances the state by ceil(count / 16) draws a lane.
void wattle_dropout(
    size_t count, float rate, wattle_dropout_state *state, const float *x, float *mask, float *y);
void wattle_dropout_reference(
    size_t count, float rate, wattle_dropout_state *state, const float *x, float *mask, float *y);

// The sum of the squares of x [count].
double wattle_sum_of_squares(size_t count, const float *x);
double wattle_sum_of_squares_reference(size_t count, const float *x);

// What an optimiser takes for the gradient g of a parameter w: scale * gradient + decay * w.
typedef struct {
  float scale;
  float decay;
} wattle_gradient_use;

// v <- momentum v + g, w <- w - rate v, or with `nesterov` w <- w - rate (g + momentum v); all [count].
void wattle_sgd(
    size_t count, float rate, float momentum, bool nesterov, wattle_gradient_use use, const float *gradient,
    float *velocity, float *parameters);
void wattle_sgd_reference(
    size_t count, float rate, float momentum, bool nesterov, wattle_gradient_use use, const float *gradient,
    float *velocity, float *parameters);

// v <- smoothing v + (1 - smoothing) g^2, w <- w - rate g / (sqrt(v) + epsilon); all [count].
void wattle_rmsprop(
    size_t count, float rate, float smoothing, float epsilon, wattle_gradient_use use, const float *gradient,
    float *variance, float *parameters);
void wattle_rmsprop_reference(
    size_t count, float rate, float smoothing, float epsilon, wattle_gradient_use use, const float *gradient,
    float *variance, float *parameters);

// m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2,
// w <- shrinkage w - rate m / (sqrt(v) root_scale + epsilon); all [count]. The bias corrections are in
// `rate` = step size / (1 - beta1^t) and `root_scale` = 1 / sqrt(1 - beta2^t), decoupled weight decay in `shrinkage`.
void wattle_adam(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon, float shrinkage,
    wattle_gradient_use use, const float *gradient, float *mean, float *variance, float *parameters);
void wattle_adam_reference(
    size_t count, float rate, float beta1, float beta2, float root_scale, float epsilon, float shrinkage,
    wattle_gradient_use use, const float *gradient, float *mean, float *variance, float *parameters);

// to [columns, rows] = transpose of from [rows, columns].
void wattle_transpose(size_t rows, size_t columns, const float *from, float *to);
void wattle_transpose_reference(size_t rows, size_t columns, const float *from, float *to);

#endif
