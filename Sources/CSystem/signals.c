#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

static int caught = -1;

static void note(int number, siginfo_t *information, void *context) {
  (void)context;
  int before = errno;
  struct wattle_signal signal = {number, information->si_code > 0};
  // A full pipe already holds more than anyone needs to know.
  ssize_t written = write(caught, &signal, sizeof signal);
  (void)written;
  errno = before;
}

static int catch(int number) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigemptyset(&action.sa_mask);
  return sigaction(number, &action, NULL);
}

int wattle_catch_signals(const int *numbers, int count) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  caught = ends[1];
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int index = 0; index < count; index++) {
    struct sigaction before;
    if (sigaction(numbers[index], NULL, &before) != 0) return -1;
    if (before.sa_handler == SIG_IGN && numbers[index] != SIGCHLD) continue;
    if (catch(numbers[index]) != 0) return -1;
    sigaddset(&wanted, numbers[index]);
  }
  pthread_sigmask(SIG_UNBLOCK, &wanted, NULL);
  return ends[0];
}

void wattle_stop(void) {
  signal(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  catch(SIGTSTP);
}

int wattle_start_witness(void) {
  sigset_t all, before;
  sigfillset(&all);
  // Blocked before the fork: a signal to the new process must not run the handler there.
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t witness = fork();
  if (witness != 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    return witness;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_NAME, "wattle-witness", 0, 0, 0);
  if (getppid() != parent) _exit(0);
  close_range(0, ~0U, 0);
  for (;;) pause();
}
