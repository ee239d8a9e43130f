// Only headers that do not pull in gsl_cblas.h: its enums clash with OpenBLAS's cblas.h.
#include <gsl/gsl_errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
