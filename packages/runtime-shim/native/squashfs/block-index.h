/*
 * Where the blocks of a file are. The image only stores their sizes, so the position of block N is a sum over N entries of
 * metadata; checkpoints, remembered for the files read last, keep a seek into a large file from adding them all up again.
 */
#ifndef SQUASHFS_BLOCK_INDEX_H
#define SQUASHFS_BLOCK_INDEX_H

#include <pthread.h>
#include <stdint.h>

#include "squashfs/metadata.h"

struct squashfs;
struct inode;

#define BLOCK_INDEX_FILES 16
#define BLOCK_WALK_CHUNK 128

struct block_checkpoint {
	struct metadata_place place;
	uint64_t position;
};

/* The checkpoints of one file stand at every `stride` blocks; a longer file has a longer stride, never more checkpoints. */
struct block_index_file {
	uint64_t reference;
	uint64_t stride;
	uint64_t last_use;
	uint32_t count;
	struct block_checkpoint *checkpoints;
};

struct block_index {
	struct block_index_file files[BLOCK_INDEX_FILES];
	uint64_t clock;
	pthread_mutex_t lock;
};

void block_index_open(struct block_index *index);
void block_index_close(struct block_index *index);

struct block_walk {
	struct squashfs *fs;
	const struct inode *inode;
	struct metadata_place place; /* of the entries behind the chunk */
	uint64_t position;           /* of block `at` */
	uint64_t at, count;          /* the next block, and how many there are */
	uint32_t chunk_at, chunk_count;
	uint8_t chunk[BLOCK_WALK_CHUNK * 4];
};

/* Full blocks of a file, without what its fragment holds. */
uint64_t block_count(const struct squashfs *fs, const struct inode *inode);

int block_walk_start(struct block_walk *walk, struct squashfs *fs, const struct inode *inode, uint64_t first);

/* The position of the next block and its size field as stored (0: a hole). Returns 0, -ENODATA at the end, or -EIO. */
int block_walk_next(struct block_walk *walk, uint64_t *position, uint32_t *stored);

#endif
