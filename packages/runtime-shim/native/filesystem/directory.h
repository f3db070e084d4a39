/*
 * Directories, entry by entry.
 */
#ifndef FILESYSTEM_DIRECTORY_H
#define FILESYSTEM_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filesystem/inode.h"

#define DIRECTORY_NAME_MAX 256

struct directory_entry {
	char name[DIRECTORY_NAME_MAX + 1]; /* ends with a NUL; holds no other and no slash, and is not "." or ".." */
	size_t name_length;
	uint64_t reference;   /* of the inode */
	uint64_t number;      /* of the inode */
	enum inode_type type; /* of the inode */
	uint64_t cookie;      /* directory_seek() with it goes on behind this entry; never 0 */
};

struct directory_reader {
	struct filesystem *fs;
	void *state;       /* of the reader of that format */
	uint64_t size, at; /* of the listing, in bytes */
	union {
		struct {
			struct metadata_place start;
			struct metadata_stream stream;
			uint64_t run_at; /* where the run's header stands */
			uint32_t run_left;
			uint32_t run_block; /* of the inodes of this run */
			uint32_t run_number;
		}; /* squashfs/directory.h */
		struct {
			uint64_t start; /* of the listing in the image */
		} iso9660;
	};
};

int directory_open(struct filesystem *fs, const struct inode *inode, struct directory_reader *reader);

/* Returns 1 and an entry, 0 at the end, or a negative errno. */
int directory_next(struct directory_reader *reader, struct directory_entry *entry);

/* Goes to a cookie that an entry of this directory, `inode`, has carried, or to the start when it is 0. */
int directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie);

/* Finds a name. Returns 0, -ENOENT or another negative errno. */
int directory_lookup(struct filesystem *fs, const struct inode *inode, const char *name, struct directory_entry *entry);

/* A name that could lead out of its directory, or that no lookup could ever ask for, is damage. */
bool directory_name_is_sound(const char *name, size_t length);

#endif
