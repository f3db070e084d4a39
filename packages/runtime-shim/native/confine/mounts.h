/*
 * Mounts of the new root, by descriptors: source and target are what has been opened, whatever their names lead to meanwhile.
 */
#ifndef CONFINE_MOUNTS_H
#define CONFINE_MOUNTS_H

#include <stdbool.h>

/*
 * The folder of the old root's /proc, through which descriptors get names again. Everything below takes it as given that the old
 * root is at /oldroot.
 */
#define OLD_ROOT "/oldroot"
#define NEW_ROOT "/newroot"

/* The name of a descriptor that mount(2) follows; the caller frees it. */
char *mounts_name(int descriptor);

/* Shows what `source` is at `target`, with all that is mounted below it. Returns 0 or a negative errno. */
int mounts_bind(int source, int target);

/*
 * Adds MS_NOSUID, MS_NODEV, MS_RDONLY to what is mounted at the place that was opened as `target` before, and, if asked for, to
 * all that is mounted below. No flag that is there goes away. Returns 0 or a negative errno.
 */
int mounts_restrict(int target, unsigned long flags, bool below);

/* Mounts a new file system. Returns 0 or a negative errno. */
int mounts_make(const char *type, int target, unsigned long flags, const char *options);

#endif
