/*
 * Namespaces and who the users are in them.
 */
#ifndef CONFINE_NAMESPACES_H
#define CONFINE_NAMESPACES_H

#include <stdbool.h>
#include <sys/types.h>

#include "confine/settings.h"

/* CLONE_NEW… for what is asked for, with what is only asked for where it is possible if it is; a mount namespace always. */
int namespaces_wanted(const struct settings *settings);

/* As fork(2), with the child in new namespaces. Ends the program when the kernel refuses, and says why as far as that is known. */
pid_t namespaces_fork(int namespaces);

/* In the child: says who the user is in there. `proc` is an O_PATH descriptor of /proc. */
void namespaces_map_user(const struct settings *settings, int proc);

/*
 * After the last mount: a namespace in that one, for a user who had to be root to make terminals, or to whom further namespaces
 * are forbidden. Nothing can be mounted afterwards.
 */
void namespaces_settle(const struct settings *settings, int proc);

/* Gives a new network namespace the address 127.0.0.1. */
void namespaces_start_loopback(void);

#endif
