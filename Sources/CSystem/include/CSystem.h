#ifndef WATTLE_CSYSTEM_H
#define WATTLE_CSYSTEM_H

#include <stdint.h>

// Calls that glibc shows only to programs that ask for its GNU extensions, which Swift's import does not.

/// Writes the processors that the calling thread may run on into `processors`, ascending.
/// Returns how many there are, at most `capacity`, or -1 with errno set.
int wattle_allowed_processors(int *processors, int capacity);

/// Binds the calling thread, and the threads that it makes later, to one processor.
/// Returns 0, or -1 with errno set.
int wattle_pin_to_processor(int processor);

/// Makes a pipe whose ends are closed in programs that this one starts.
/// Returns 0, or -1 with errno set.
int wattle_pipe(int ends[2]);

/// Makes a file of zeros that exists in memory only, to be mapped by several processes; its size is sealed, and it is
/// closed in programs that this one starts.
/// Returns its descriptor, or -1 with errno set.
int wattle_shared_memory(int64_t bytes);

/// Whether a descriptor is of a file in memory whose size is sealed: 1 or 0.
int wattle_has_fixed_size(int descriptor);

/// Makes this process the parent of all its descendants whose own parent ends, as init is otherwise.
/// Returns 0, or -1 with errno set.
int wattle_adopt_orphans(void);

/// A signal that reached this process.
struct wattle_signal {
  int number;
  /// Not zero if the kernel sent it, as it does for a key on the terminal; zero if a process did.
  int from_kernel;
};

/// Catches signals from now on, whichever thread they reach, and puts each as a `wattle_signal` into a pipe. What
/// this process was started to ignore stays ignored, except SIGCHLD; what it was started to block is let through, here
/// and in the programs that it starts: a starter with many threads may have left its own mask behind.
/// Returns the pipe's end to read from, which never blocks, or -1 with errno set. To be called once.
int wattle_catch_signals(const int *numbers, int count);

/// Stops this process as SIGTSTP does if nobody catches it; returns when it is continued. For a caught SIGTSTP.
void wattle_stop(void);

/// Starts a process that does nothing but collect signals: it is in this one's process group, blocks all signals,
/// holds no files and ends with this process. What is pending in it was sent to the group.
/// Ends OpenBLAS's idle threads on the way, as every fork does.
/// Returns the process, or -1 with errno set.
int wattle_start_witness(void);

/// Counts a perf event on one processor from now on, whatever runs there; reading the descriptor gives the count as a
/// 64-bit number.
/// Returns the descriptor, which is closed in programs that this one starts, or -1 with errno set.
int wattle_open_perf_event(uint32_t type, uint64_t config, int processor);

#endif
