/*
 * What a directory record and its system use entries say of a file. A reference is where that record is; that of a directory
 * which was moved (CL), and of the root, is the record for itself that it begins with.
 */
#ifndef ISO9660_INODE_H
#define ISO9660_INODE_H

#include "filesystem/inode.h"
#include "iso9660/iso9660.h"
#include "iso9660/system-use.h"

int iso9660_inode_read(struct iso9660 *fs, uint64_t reference, struct inode *inode);
int iso9660_read_target(struct iso9660 *fs, const struct inode *inode, char **target);
uint64_t iso9660_parent(struct iso9660 *fs, const struct inode *inode);

/* From what was read of it already; `use` is NULL in trees without Rock Ridge. */
int iso9660_inode_of(struct iso9660 *fs, const struct directory_record *record, const struct system_use *use,
		     struct inode *inode);

/*
 * Moves to the part of a file's data that has the byte at `offset`: `*position` is where in the image that part begins, `*first`
 * which byte of the file that is, `*size` how many it has. Returns 0 or a negative errno.
 */
int iso9660_find_part(struct iso9660 *fs, const struct inode *inode, uint64_t offset, uint64_t *position, uint64_t *first,
		      uint64_t *size);

#endif
