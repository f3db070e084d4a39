#include "squashfs/block-index.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "squashfs/file.h"
#include "squashfs/inode.h"
#include "squashfs/squashfs.h"
#include "system/bytes.h"

#define FIRST_STRIDE (4 * BLOCK_WALK_CHUNK)
#define CHECKPOINTS_MAX 256

void block_index_open(struct block_index *index)
{
	memset(index, 0, sizeof(*index));
	pthread_mutex_init(&index->lock, NULL);
}

void block_index_close(struct block_index *index)
{
	for (size_t i = 0; i < BLOCK_INDEX_FILES; i++)
		free(index->files[i].checkpoints);
	pthread_mutex_destroy(&index->lock);
}

uint64_t block_count(const struct squashfs *fs, const struct inode *inode)
{
	uint64_t block_size = fs->super.block_size;
	bool tail_is_a_block = inode->file.fragment == FRAGMENT_NONE && inode->size % block_size;
	return inode->size / block_size + tail_is_a_block;
}

static struct block_index_file *find_file(struct block_index *index, uint64_t reference)
{
	for (size_t i = 0; i < BLOCK_INDEX_FILES; i++) {
		struct block_index_file *file = &index->files[i];
		if (file->checkpoints && file->reference == reference) {
			file->last_use = ++index->clock;
			return file;
		}
	}
	return NULL;
}

static struct block_index_file *replace_oldest_file(struct block_index *index, uint64_t reference)
{
	struct block_index_file *file = &index->files[0];
	for (size_t i = 1; i < BLOCK_INDEX_FILES; i++) {
		if (index->files[i].last_use < file->last_use)
			file = &index->files[i];
	}
	if (!file->checkpoints)
		file->checkpoints = calloc(CHECKPOINTS_MAX, sizeof(*file->checkpoints));
	if (!file->checkpoints)
		return NULL;
	file->reference = reference;
	file->stride = FIRST_STRIDE;
	file->count = 0;
	file->last_use = ++index->clock;
	return file;
}

static void double_stride(struct block_index_file *file)
{
	/* Checkpoint i stands at block (i + 1) * stride: keep those at odd i. */
	for (uint32_t i = 0; i < file->count / 2; i++)
		file->checkpoints[i] = file->checkpoints[2 * i + 1];
	file->count /= 2;
	file->stride *= 2;
}

/* Remembers where the walk stands, if that is the next checkpoint of its file. */
static void remember(struct block_walk *walk)
{
	struct block_index *index = &walk->fs->index;
	pthread_mutex_lock(&index->lock);
	struct block_index_file *file = find_file(index, walk->inode->reference);
	if (!file && walk->at == FIRST_STRIDE)
		file = replace_oldest_file(index, walk->inode->reference);
	if (file && file->count == CHECKPOINTS_MAX)
		double_stride(file);
	if (file && walk->at == (file->count + 1) * file->stride) {
		file->checkpoints[file->count++] = (struct block_checkpoint){ .place = walk->place,
									      .position = walk->position };
	}
	pthread_mutex_unlock(&index->lock);
}

/* Starts from the last checkpoint that is not behind block `first`. */
static void resume(struct block_walk *walk, uint64_t first)
{
	struct block_index *index = &walk->fs->index;
	pthread_mutex_lock(&index->lock);
	struct block_index_file *file = find_file(index, walk->inode->reference);
	uint64_t usable = file ? first / file->stride : 0;
	if (file && usable > file->count)
		usable = file->count;
	if (usable) {
		walk->place = file->checkpoints[usable - 1].place;
		walk->position = file->checkpoints[usable - 1].position;
		walk->at = usable * file->stride;
	}
	pthread_mutex_unlock(&index->lock);
}

static int read_chunk(struct block_walk *walk)
{
	if (walk->at && walk->at % FIRST_STRIDE == 0)
		remember(walk);
	uint64_t left = walk->count - walk->at;
	walk->chunk_at = 0;
	walk->chunk_count = left < BLOCK_WALK_CHUNK ? (uint32_t)left : BLOCK_WALK_CHUNK;
	return metadata_read(walk->fs, &walk->place, walk->chunk, walk->chunk_count * 4);
}

int block_walk_start(struct block_walk *walk, struct squashfs *fs, const struct inode *inode, uint64_t first)
{
	walk->fs = fs;
	walk->inode = inode;
	walk->place = inode->tail;
	walk->position = inode->file.first_block;
	walk->at = 0;
	walk->count = block_count(fs, inode);
	walk->chunk_at = walk->chunk_count = 0;
	if (first >= FIRST_STRIDE)
		resume(walk, first);
	while (walk->at < first) {
		uint64_t position;
		uint32_t stored;
		int error = block_walk_next(walk, &position, &stored);
		if (error)
			return error;
	}
	return 0;
}

int block_walk_next(struct block_walk *walk, uint64_t *position, uint32_t *stored)
{
	if (walk->at >= walk->count)
		return -ENODATA;
	if (walk->chunk_at == walk->chunk_count) {
		int error = read_chunk(walk);
		if (error)
			return error;
	}
	struct byte_cursor at = bytes_over(walk->chunk + (size_t)walk->chunk_at * 4, 4);
	*stored = bytes_u32(&at);
	*position = walk->position;
	walk->chunk_at++;
	walk->at++;
	if (__builtin_add_overflow(walk->position, (uint64_t)(*stored & FILE_STORED_SIZE), &walk->position))
		return -EIO;
	return 0;
}
