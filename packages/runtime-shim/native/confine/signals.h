/*
 * Signals on their way to the application, which is not in the session that they come from.
 */
#ifndef CONFINE_SIGNALS_H
#define CONFINE_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Holds those back that are handed on, and the end of a child, until signals_next asks for them. `before` is as it was. */
void signals_hold(sigset_t *before);

/* A close-on-exec descriptor that is readable while one of them waits. */
int signals_open(void);

/* The next one that waits; 0: none. */
int signals_next(int signals);

/* Hands one on; what a keyboard sends goes to all processes that the receiver leads. */
void signals_forward(int signal, pid_t to, bool leads);

#endif
