/*
 * What can be found out about a mount point from outside.
 */
#ifndef MOUNT_STATE_H
#define MOUNT_STATE_H

#include <stdbool.h>

/* Whether something is mounted there, served or not. Both wait for a server that has been stopped. */
bool mount_is_there(const char *point);

/* Whether FUSE is mounted there and nobody serves it any more. */
bool mount_is_dead(const char *point);

/*
 * Whether a process of this user has a path below it among its arguments or, where that is asked for, has it as its APPDIR. The
 * kernel does not call that a use, and yet an interpreter of the system that runs a script of the image may come back for the
 * next one, and a daemon may be on its way to a program of the image.
 */
bool mount_is_named(const char *point, bool in_environment);

#endif
