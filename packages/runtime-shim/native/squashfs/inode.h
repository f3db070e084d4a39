/*
 * Inodes, in all fourteen forms.
 * https://dr-emann.github.io/squashfs/squashfs.html#_inode_table
 */
#ifndef SQUASHFS_INODE_H
#define SQUASHFS_INODE_H

#include <stdint.h>

#include "filesystem/inode.h"

struct squashfs;

#define FRAGMENT_NONE UINT32_MAX
#define XATTR_NONE UINT32_MAX

/* A reference is where the inode stands in the inode table, as directory entries spell it. */
int squashfs_inode_read(struct squashfs *fs, uint64_t reference, struct inode *inode);

int squashfs_read_target(struct squashfs *fs, const struct inode *inode, char **target);

#endif
