/*
 * What is known of a file, a directory or anything else in an image, whichever format that has.
 */
#ifndef FILESYSTEM_INODE_H
#define FILESYSTEM_INODE_H

#include <stdint.h>

#include "squashfs/metadata.h"

struct filesystem;

enum inode_type {
	INODE_DIRECTORY = 1,
	INODE_FILE,
	INODE_SYMLINK,
	INODE_BLOCK_DEVICE,
	INODE_CHARACTER_DEVICE,
	INODE_FIFO,
	INODE_SOCKET,
};

struct inode {
	uint64_t reference; /* where it stands in the image: as good as a name */
	enum inode_type type;
	uint32_t mode; /* with the type bits of stat(2) */
	uint32_t user, group;
	int64_t modification_time;
	uint64_t number;  /* as stat(2) has it */
	uint64_t content; /* of several names of one file, the same for all; of different files, never the same */
	uint32_t links;
	uint32_t device; /* as the C library packs it */
	uint64_t size;   /* of a file's content, a symlink's target, a directory's listing; else 0 */
	uint64_t holes;  /* how many bytes of the size are holes, as the image says */

	/* What only its reader knows what to do with. */
	union {
		struct {
			union {
				struct {
					uint32_t listing_block, parent;
					uint16_t listing_offset, index_count;
				} directory;
				struct {
					uint64_t first_block;
					uint32_t fragment, fragment_offset;
				} file;
			};
			uint32_t xattr;
			struct metadata_place tail; /* behind the fixed fields */
		};                                  /* squashfs/inode.h */
		struct {
			uint64_t start;         /* of its data, in bytes */
			uint64_t stored;        /* bytes of data, from there on if they are `contiguous` */
			bool contiguous;        /* else another record says where they go on */
			bool interleaved;       /* or stored in any other way that is not read here */
			uint8_t zisofs_version; /* 0: not compressed */
			uint8_t zisofs_shift;
			uint16_t zisofs_header;
		} iso9660; /* iso9660/inode.h */
	};
};

/* Reads the inode that `reference` names. Returns 0 or a negative errno. */
int inode_read(struct filesystem *fs, uint64_t reference, struct inode *inode);

/* Reads a symlink's target into memory that the caller frees; it is never longer than a path may be. */
int inode_read_target(struct filesystem *fs, const struct inode *inode, char **target);

/* The number of the directory that a directory is in. */
uint64_t inode_parent(struct filesystem *fs, const struct inode *inode);

#endif
