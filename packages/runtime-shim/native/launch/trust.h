/*
 * Whether what lies beside an AppImage may change how it runs: in a folder that several users write to, it may be anybody's.
 */
#ifndef LAUNCH_TRUST_H
#define LAUNCH_TRUST_H

#include <sys/stat.h>

/*
 * Why something beside the AppImage at `image_path` is not to be used, as a text, or NULL. What others can write to counts as
 * theirs, unless they can write to the AppImage as well: such a file system keeps no modes, or there is nothing left to protect.
 */

/* A file belongs to this user or to root, and nobody else has given it its name. */
const char *distrust_of_file(const struct stat *status, const char *image_path);

/* A folder belongs to this user: one of root's that a user can write to is for several users. */
const char *distrust_of_folder(const struct stat *status, const char *image_path);

/* A symbolic link belongs to this user or to root, whatever it leads to. */
const char *distrust_of_link(const struct stat *link);

#endif
