/*
 * The setuid helper of FUSE as a program that is run: it may hang, die, print anything, or hand over what is no mount.
 */
#ifndef MOUNT_HELPER_H
#define MOUNT_HELPER_H

#include "mount/mount.h"

/* Lets that program mount. Returns a descriptor on which requests of a mount arrive, or a negative errno and a note. */
int helper_mount(const struct mount_request *request, const char *helper);

#endif
