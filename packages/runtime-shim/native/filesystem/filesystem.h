/*
 * The payload of an image as a tree of files, opened for reading by any number of threads.
 *
 * What can be done with it is in inode.h, directory.h, file.h, xattr.h and walk.h, the same for every format. Nothing in an image
 * is believed: every count, offset and length is checked where it is read, and a read that fails its check answers -EIO.
 */
#ifndef FILESYSTEM_FILESYSTEM_H
#define FILESYSTEM_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "filesystem/directory.h"
#include "filesystem/file.h"
#include "filesystem/inode.h"
#include "image/image.h"

struct filesystem_format;

struct filesystem {
	struct image image;
	const struct filesystem_format *format;
	void *state;                /* the format's own */
	uint64_t root;              /* reference of the root directory */
	struct image_extent extent; /* which bytes of the payload a digest is made of: all that says anything */
	uint64_t inode_count;       /* 0: nothing says */
	uint32_t block_size;        /* pieces that files are best read in */
	/* Walking may take so many steps: a directory is as many as the units that its listing has, and one at least. */
	uint64_t steps_at_most;
	uint32_t step_unit;
};

/*
 * Opens the payload of `image`, whose descriptor stays the caller's. `readers` is how many threads will read at once.
 * Returns 0 or a negative errno; `*why` then is a static text, or one that stays for as long as the program runs.
 */
int filesystem_open(struct filesystem *fs, const struct image *image, unsigned readers, const char **why);
void filesystem_close(struct filesystem *fs);

/*
 * The extent of a payload that is not opened: from its superblock, or from its volume descriptors, to the end of the file system.
 * Returns 0 or a negative errno as above.
 */
int filesystem_extent(const struct image *image, struct image_extent *extent, const char **why);

#endif
