/*
 * The superblock: the first 96 bytes of a SquashFS 4.0 image.
 * https://dr-emann.github.io/squashfs/squashfs.html#_the_superblock
 */
#ifndef SQUASHFS_SUPERBLOCK_H
#define SQUASHFS_SUPERBLOCK_H

#include <stdint.h>

#include "image/image.h"

#define SUPERBLOCK_SIZE 96
#define TABLE_ABSENT UINT64_MAX

struct superblock {
	uint32_t magic;             /* offset 0: "hsqs" */
	uint32_t inode_count;       /* 4 */
	uint32_t modification_time; /* 8 */
	uint32_t block_size;        /* 12 */
	uint32_t fragment_count;    /* 16 */
	uint16_t compression_id;    /* 20 */
	uint16_t block_log;         /* 22 */
	uint16_t flags;             /* 24 */
	uint16_t id_count;          /* 26 */
	uint16_t version_major;     /* 28 */
	uint16_t version_minor;     /* 30 */
	uint64_t root_inode;        /* 32: a reference, as in directory entries */
	uint64_t bytes_used;        /* 40 */
	uint64_t id_table;          /* 48 */
	uint64_t xattr_table;       /* 56, or TABLE_ABSENT */
	uint64_t inode_table;       /* 64 */
	uint64_t directory_table;   /* 72 */
	uint64_t fragment_table;    /* 80, or TABLE_ABSENT */
	uint64_t export_table;      /* 88, or TABLE_ABSENT */
};

/* Returns 0 for a superblock all of whose fields make sense for an image of that size; else `*why` is a static text. */
int superblock_read(const struct image *image, struct superblock *super, const char **why);

#endif
