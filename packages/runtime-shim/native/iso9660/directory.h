/*
 * Directories: records one behind the other, none of which crosses the border of a block.
 */
#ifndef ISO9660_DIRECTORY_H
#define ISO9660_DIRECTORY_H

#include "filesystem/directory.h"

int iso9660_directory_open(const struct inode *inode, struct directory_reader *reader);
int iso9660_directory_next(struct directory_reader *reader, struct directory_entry *entry);
int iso9660_directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie);
int iso9660_directory_lookup(struct directory_reader *reader, const struct inode *inode, const char *name,
			     struct directory_entry *entry);

#endif
