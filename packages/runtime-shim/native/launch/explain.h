#ifndef LAUNCH_EXPLAIN_H
#define LAUNCH_EXPLAIN_H

/* It is there, and cannot be run; as shells answer that. */
#define EXIT_NOT_RUNNABLE 126

/* Tells why execve() of `program` failed with `error`, and what helps. Returns the status to end with, 126 or 127. */
int explain_failed_exec(const char *program, int error);

#endif
