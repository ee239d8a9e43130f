// No header that pulls in gsl_cblas.h may come in: its enums clash with OpenBLAS's cblas.h. gsl_sort_double.h is
// absent because nothing here calls it: Swift sorts.
#include <gsl/gsl_errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_qrng.h>

// gsl_qrng_sobol is a variable, which Swift takes for one that anybody may change.
static inline gsl_qrng *gsl_qrng_alloc_sobol(unsigned int dimension) {
  return gsl_qrng_alloc(gsl_qrng_sobol, dimension);
}

// gsl_matrix.h includes gsl_cblas.h through gsl_blas_types.h, for two types in declarations that nothing here calls. An
// enum is passed as an int.
#define __GSL_BLAS_TYPES_H__
typedef int CBLAS_UPLO_t;
typedef int CBLAS_DIAG_t;
#include <gsl/gsl_multifit.h>
