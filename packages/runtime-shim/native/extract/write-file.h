#ifndef EXTRACT_WRITE_FILE_H
#define EXTRACT_WRITE_FILE_H

#include <sys/types.h>

#include "filesystem/inode.h"
#include "filesystem/read-ahead.h"

/* Writes a regular file under a name that must be free, with its holes, its time and that mode. Returns 0 or a negative errno. */
int write_file(struct filesystem *fs, struct read_ahead *ahead, int folder, const char *name, const struct inode *inode,
	       mode_t mode);

#endif
