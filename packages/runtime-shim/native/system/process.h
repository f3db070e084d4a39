/*
 * Waiting for the end of another process without a race for its number.
 */
#ifndef SYSTEM_PROCESS_H
#define SYSTEM_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* A close-on-exec descriptor that becomes readable when the process ends; -1 before Linux 5.3, or when it is gone. */
int process_open(pid_t pid);

/* Whether the process behind such a descriptor has ended. Waits for `milliseconds` at most, for ever when that is negative. */
bool process_has_ended(int descriptor, int milliseconds);

#endif
