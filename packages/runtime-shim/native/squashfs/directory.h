/*
 * Directories: runs of up to 256 entries whose inodes share a metadata block, sorted by name.
 * https://dr-emann.github.io/squashfs/squashfs.html#_directory_table
 */
#ifndef SQUASHFS_DIRECTORY_H
#define SQUASHFS_DIRECTORY_H

#include "filesystem/directory.h"

int squashfs_directory_open(const struct inode *inode, struct directory_reader *reader);
int squashfs_directory_next(struct directory_reader *reader, struct directory_entry *entry);
int squashfs_directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie);

/* By way of the directory's index where it has one. */
int squashfs_directory_lookup(struct directory_reader *reader, const struct inode *inode, const char *name,
			      struct directory_entry *entry);

#endif
