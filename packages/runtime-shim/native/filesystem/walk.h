/*
 * Visiting everything in an image, parents before their content.
 */
#ifndef FILESYSTEM_WALK_H
#define FILESYSTEM_WALK_H

#include "filesystem/inode.h"

#define WALK_DEPTH_MAX 256

struct walk_visitor {
	void *context;
	/* `path` has no leading slash. A negative errno ends the walk. */
	int (*enter)(void *context, const char *path, const struct inode *inode);
	/* For directories only, after their content; may be NULL. */
	int (*leave)(void *context, const char *path, const struct inode *inode);
};

/*
 * Returns 0, or the first negative errno: of a visitor, of damage, or -ELOOP when directories are nested deeper than
 * WALK_DEPTH_MAX or are more than the image can have. `*failed` then is the path, which the caller frees.
 */
int filesystem_walk(struct filesystem *fs, const struct walk_visitor *visitor, char **failed);

/* What such an errno means for somebody who looks at an image. */
const char *walk_error_text(int error);

#endif
