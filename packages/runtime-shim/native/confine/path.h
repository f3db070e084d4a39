/*
 * Paths below a root, as if that root were "/": links and ".." lead nowhere else, whoever made them and whenever. Each step opens
 * one name in the folder before it, so nothing that is renamed meanwhile leads out.
 */
#ifndef CONFINE_PATH_H
#define CONFINE_PATH_H

#include <sys/types.h>

enum path_end {
	PATH_AS_IS,  /* it has to be there */
	PATH_FOLDER, /* what is missing is made: folders */
	PATH_FILE,   /* the same, and an empty file at its end */
};

/* Returns a close-on-exec O_PATH descriptor or a negative errno. `parents` and `mode` are those of what is made. */
int path_open(int root, const char *path, enum path_end end, mode_t parents, mode_t mode);

/*
 * Opens the folder that a path's last name is in, making what is missing. `*name` is a copy of that name; -EINVAL: it has none.
 */
int path_open_parent(int root, const char *path, mode_t parents, char **name);

#endif
