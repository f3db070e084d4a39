#ifndef MOUNT_LEFTOVERS_H
#define MOUNT_LEFTOVERS_H

/*
 * Takes away what keepers of this user that were killed have left in the folder of `point`: mounts whose server is gone, and
 * empty mount points. Touches nothing of other users or runtimes, and no mount that answers. Returns at once, the work is
 * done by a process of its own. `helper` is the fusermount to unmount with, or NULL.
 */
void leftovers_reap(const char *point, const char *helper);

#endif
