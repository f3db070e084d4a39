/*
 * The processes that wait for the application: one outside, and process 1 inside.
 */
#ifndef CONFINE_SUPERVISE_H
#define CONFINE_SUPERVISE_H

#include <sys/types.h>

#include "confine/settings.h"

/* The end of this process comes with the end of its parent; `alive` is readable once that has come. */
void end_with_parent(int alive);

/*
 * Outside: waits for the end of `child`, or for the application's status from `ended`, tells both as the settings ask for, and
 * returns the status. Signals are handed to the child. `alive` stays open until the end of this process.
 */
int watch_from_outside(const struct settings *settings, pid_t child, int ended, int alive);

/*
 * Inside, as process 1: takes the status of whatever ends, hands signals to the application, and tells its status to `ended`,
 * unless that is -1. Returns the status when nobody is left; without `ended`, when the application has ended.
 */
int watch_from_inside(pid_t application, int ended);

/* As a shell has it: 128 more than the signal that ended it. */
int exit_status(int wait_status);

#endif
