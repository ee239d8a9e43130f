#define _GNU_SOURCE
#include "CSystem.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// OpenBLAS starts its threads when it is loaded, before `main`. Where the address space or the number of processes does not
// suffice for them it loops for ever, deaf to SIGTERM. So the limits are looked at before any library is initialised: in a
// function of `.preinit_array`, which only the program itself can have. No library may be relied on here but the wrappers of
// system calls.

enum {
  megabyte = 1 << 20,
  // What the program takes besides what is mapped when it starts.
  own_megabytes = 256,
  // A thread's stack and its buffer for packed matrices.
  thread_megabytes = 40,
  // The same of memory that can be written: the program, and each thread of OpenBLAS.
  own_data_megabytes = 64,
  thread_data_megabytes = 64,
  // Descriptors of a search with one worker, and some more.
  descriptors = 32,
  // OpenBLAS is built for so many threads at most.
  most_threads = 128,
  // Threads besides those of OpenBLAS.
  own_threads = 2,
  // A limit of processes that is higher is not tried out.
  many_processes = 1024,
  exit_code = 71,  // EX_OSERR
};

/// A line that is put together without a library.
struct line {
  char text[320];
  size_t length;
};

static void add(struct line *line, const char *text) {
  while (*text != '\0' && line->length < sizeof line->text) line->text[line->length++] = *text++;
}

static void add_number(struct line *line, unsigned long number) {
  char digits[24];
  size_t start = sizeof digits - 1;
  digits[start] = '\0';
  do {
    digits[--start] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  add(line, digits + start);
}

/// Ends the program: what is limited, to how much, how much is needed, and what to do.
static void refuse(const char *what, unsigned long limit, unsigned long needed, const char *remedy) {
  struct line line = {.length = 0};
  add(&line, "wattle: ");
  add(&line, what);
  add_number(&line, limit);
  add(&line, "; at least ");
  add_number(&line, needed);
  add(&line, " needed here; ");
  add(&line, remedy);
  add(&line, "\n");
  ssize_t written = write(STDERR_FILENO, line.text, line.length);
  (void)written;
  _exit(exit_code);
}

/// How many threads OpenBLAS will use, this one counted.
static unsigned long blas_threads(char **environment) {
  static const char name[] = "OPENBLAS_NUM_THREADS=";
  for (char **entry = environment; entry != NULL && *entry != NULL; entry++) {
    if (strncmp(*entry, name, sizeof name - 1) != 0) continue;
    unsigned long threads = strtoul(*entry + sizeof name - 1, NULL, 10);
    if (threads > 0) return threads < most_threads ? threads : most_threads;
  }
  cpu_set_t allowed;
  unsigned long processors =
      sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (unsigned long)CPU_COUNT(&allowed) : 1;
  return processors < most_threads ? processors : most_threads;
}

/// The megabytes that are mapped now.
static unsigned long mapped_megabytes(void) {
  char text[32] = "";
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = '\0';
  return strtoul(text, NULL, 10) * (unsigned long)sysconf(_SC_PAGESIZE) / megabyte;
}

/// How many processes can be started at the same time, up to a number.
static unsigned long startable(unsigned long wanted) {
  pid_t children[most_threads + own_threads];
  unsigned long count = 0;
  while (count < wanted) {
    pid_t child = fork();
    if (child == 0) {
      for (;;) pause();
    }
    if (child < 0) break;
    children[count++] = child;
  }
  for (unsigned long index = 0; index < count; index++) {
    kill(children[index], SIGKILL);
    waitpid(children[index], NULL, 0);
  }
  return count;
}

static void check_limits(int argument_count, char **arguments, char **environment) {
  (void)argument_count;
  (void)arguments;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < descriptors) {
    refuse("the limit of open files (ulimit -n) is ", limit.rlim_cur, descriptors, "raise it");
  }
  unsigned long threads = blas_threads(environment);
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    unsigned long needed = mapped_megabytes() + own_megabytes + thread_megabytes * threads;
    if (limit.rlim_cur / megabyte < needed) {
      refuse("the limit of address space (ulimit -v) in MiB is ", limit.rlim_cur / megabyte, needed,
             "raise it, or set OPENBLAS_NUM_THREADS=1 to need less");
    }
  }
  if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    unsigned long needed = own_data_megabytes + thread_data_megabytes * threads;
    if (limit.rlim_cur / megabyte < needed) {
      refuse("the limit of data (ulimit -d) in MiB is ", limit.rlim_cur / megabyte, needed,
             "raise it, or set OPENBLAS_NUM_THREADS=1 to need less");
    }
  }
  if (getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur < many_processes) {
    unsigned long needed = threads - 1 + own_threads;
    if (startable(needed) < needed) {
      refuse("no more processes can be started with the limit (ulimit -u) of ", limit.rlim_cur, limit.rlim_cur + needed,
             "raise it, or set OPENBLAS_NUM_THREADS=1 to need less");
    }
  }
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

// A sanitiser's own library is not yet initialised then, and it maps far more than could be limited.
#ifndef IS_SANITIZED
__attribute__((section(".preinit_array"), used)) static void (*const before_all)(int, char **, char **) = check_limits;
#else
void (*const check_of_limits)(int, char **, char **) = check_limits;
#endif
