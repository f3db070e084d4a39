/*
 * Inodes, in all fourteen forms.
 * https://dr-emann.github.io/squashfs/squashfs.html#_inode_table
 */
#ifndef SQUASHFS_INODE_H
#define SQUASHFS_INODE_H

#include <stdint.h>

#include "squashfs/metadata.h"

struct squashfs;

enum inode_type {
	INODE_DIRECTORY = 1,
	INODE_FILE,
	INODE_SYMLINK,
	INODE_BLOCK_DEVICE,
	INODE_CHARACTER_DEVICE,
	INODE_FIFO,
	INODE_SOCKET,
	/* The extended forms follow in the same order. */
	INODE_EXTENDED = 7,
};

#define FRAGMENT_NONE UINT32_MAX
#define XATTR_NONE UINT32_MAX

struct inode {
	uint64_t reference;   /* where it stands in the inode table: the name of an inode, as directory entries spell it */
	enum inode_type type; /* basic form */
	uint32_t mode;        /* with the type bits of stat(2) */
	uint32_t user, group;
	uint32_t modification_time;
	uint32_t number;
	uint32_t links;
	uint64_t size;  /* of a file's content, a symlink's target, a directory's listing; else 0 */
	uint32_t xattr; /* or XATTR_NONE */
	union {
		struct {
			uint32_t listing_block, parent;
			uint16_t listing_offset, index_count;
		} directory;
		struct {
			uint64_t first_block;
			uint64_t holes; /* how many bytes of the size are holes, as the image says */
			uint32_t fragment, fragment_offset;
		} file;
		uint32_t device;
	};
	struct metadata_place tail; /* behind the fixed fields: list of blocks, index of a directory, target of a symlink */
};

/* Reads the inode that `reference` names. Returns 0 or a negative errno. */
int inode_read(struct squashfs *fs, uint64_t reference, struct inode *inode);

/* Reads a symlink's target into memory that the caller frees; it is never longer than a path may be. */
int inode_read_target(struct squashfs *fs, const struct inode *inode, char **target);

#endif
