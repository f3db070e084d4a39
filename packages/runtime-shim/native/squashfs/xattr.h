/*
 * Extended attributes.
 * https://dr-emann.github.io/squashfs/squashfs.html#_xattr_table
 */
#ifndef SQUASHFS_XATTR_H
#define SQUASHFS_XATTR_H

#include <stddef.h>
#include <stdint.h>

#include "squashfs/inode.h"

/* The kernel's own limits for one name and for one value or list. */
#define XATTR_FULL_NAME_MAX 255
#define XATTR_VALUE_MAX 65536

struct xattr_reader {
	struct squashfs *fs;
	struct metadata_place place;
	uint64_t table; /* where keys and values begin */
	uint32_t left;
};

struct xattr {
	char name[XATTR_FULL_NAME_MAX + 1]; /* with its prefix; ends with a NUL */
	size_t name_length;
	uint32_t value_size;
	struct metadata_place value;
};

/* Returns 0, also for an inode without attributes, or a negative errno. */
int xattr_open(struct squashfs *fs, const struct inode *inode, struct xattr_reader *reader);

/* Returns 1 and an attribute, 0 at the end, or a negative errno. */
int xattr_next(struct xattr_reader *reader, struct xattr *xattr);

#endif
