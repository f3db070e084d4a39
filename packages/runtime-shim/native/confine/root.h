/*
 * The new root: an empty file system in memory, filled by the operations in their order, which then becomes "/" while the old
 * one goes away.
 */
#ifndef CONFINE_ROOT_H
#define CONFINE_ROOT_H

#include "confine/settings.h"

/*
 * Leaves the mounts of the host for a base in memory, with the old root at /oldroot and the new one at /newroot. Nothing that
 * is mounted here or there from now on shows on the other side.
 */
void root_open(void);

/* Applies all operations. Descriptors among them are closed. */
void root_fill(const struct settings *settings);

/* Leaves the old root and makes the new one "/". */
void root_enter(void);

#endif
