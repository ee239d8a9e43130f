#ifndef WATTLE_CSYSTEM_H
#define WATTLE_CSYSTEM_H

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

#endif
