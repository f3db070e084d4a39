/*
 * Unpacking an image, or what matches some patterns, into a folder.
 *
 * Nothing is written outside that folder: every name is opened relative to its parent's descriptor, and no symbolic link is
 * followed on the way, not even one that was there before. Set-user-id bits are dropped, devices are not made.
 */
#ifndef EXTRACT_EXTRACT_H
#define EXTRACT_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "filesystem/filesystem.h"

struct extraction {
	struct filesystem *fs;
	int target;            /* the folder */
	const char *shown;     /* printed on stdout before each path, or NULL to print nothing */
	char *const *patterns; /* as in fnmatch(3), of whole paths or of folders; none means everything */
	size_t pattern_count;
	unsigned workers; /* threads that decompress ahead */
	bool read_only;   /* leave out the permissions to write */
};

/*
 * Returns the number of things extracted, or a negative errno; `*failed` then is the path, which the caller frees.
 * With patterns, what a matching symbolic link points to is extracted along with it.
 */
long extract_tree(const struct extraction *extraction, char **failed);

#endif
