// Only headers that do not pull in gsl_cblas.h: its enums clash with OpenBLAS's cblas.h. gsl_sort_double.h is
// absent because nothing here calls it: Swift sorts.
#include <gsl/gsl_errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
