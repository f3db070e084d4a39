/*
 * Mounts that stay: every start of the same file by the same user finds the one that the first start has made.
 *
 *   <folder>/mount-<file>        the mount point
 *   <folder>/mount-<file>.lock   held while somebody mounts, looks or unmounts
 *
 * The folder is `appimage` in XDG_RUNTIME_DIR, or appimage-<uid> in TMPDIR, /tmp or /var/tmp; nobody else can write there, so
 * nobody else can have mounted there. <file> is made of the file's device, number, size, time and the payload's offset: facts,
 * not a digest that the file claims. While it is mounted the server has the file open, and no other file can get its number.
 */
#ifndef MOUNT_SHARED_H
#define MOUNT_SHARED_H

#include "mount/ladder.h"

/*
 * Finds the mount or makes it. Returns whether there is one; then plan->point is it, and this process uses it until its exec.
 */
bool shared_mount(const struct ladder *ladder, struct keeper_plan *plan);

/* Unmounts it where it is mounted and unused. Returns how many mounts have gone, or -EBUSY and the path of one in use. */
int shared_unmount(const struct image *image, char **busy);

/* Takes away what is left of such a mount after its end: itself, where it is dead, and its mount point. */
void shared_clear(const char *point, const char *helper);

#endif
