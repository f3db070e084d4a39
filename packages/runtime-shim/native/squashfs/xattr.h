/*
 * Extended attributes.
 * https://dr-emann.github.io/squashfs/squashfs.html#_xattr_table
 */
#ifndef SQUASHFS_XATTR_H
#define SQUASHFS_XATTR_H

#include "filesystem/xattr.h"

int squashfs_xattr_open(const struct inode *inode, struct xattr_reader *reader);
int squashfs_xattr_next(struct xattr_reader *reader, struct xattr *xattr);
int squashfs_xattr_read(struct xattr_reader *reader, const struct xattr *xattr, void *value);

#endif
