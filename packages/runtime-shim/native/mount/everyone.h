#ifndef MOUNT_EVERYONE_H
#define MOUNT_EVERYONE_H

#include <stdbool.h>

/*
 * Whether all users can read that file: by its own mode, and by the modes of all the folders that lead to it. They may as well
 * see what is in it. `path` is absolute and without symbolic links; `file` is the file, opened.
 */
bool mount_is_for_everyone(const char *path, int file);

#endif
