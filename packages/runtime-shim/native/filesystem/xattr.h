/*
 * Extended attributes.
 */
#ifndef FILESYSTEM_XATTR_H
#define FILESYSTEM_XATTR_H

#include <stddef.h>
#include <stdint.h>

#include "filesystem/inode.h"

/* The kernel's own limits for one name and for one value or list. */
#define XATTR_FULL_NAME_MAX 255
#define XATTR_VALUE_MAX 65536

struct xattr_reader {
	struct filesystem *fs;
	void *state; /* of the reader of that format */
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

/* Returns 0, also for an inode without attributes, -ENOSYS where no inode has any, or another negative errno. */
int xattr_open(struct filesystem *fs, const struct inode *inode, struct xattr_reader *reader);

/* Returns 1 and an attribute, 0 at the end, or a negative errno. */
int xattr_next(struct xattr_reader *reader, struct xattr *xattr);

/* Reads the value, all `value_size` bytes of it. */
int xattr_read(struct xattr_reader *reader, const struct xattr *xattr, void *value);

#endif
