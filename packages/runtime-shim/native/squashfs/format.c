/* SquashFS as one of the formats that an image can have. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/format.h"
#include "squashfs/directory.h"
#include "squashfs/file.h"
#include "squashfs/inode.h"
#include "squashfs/squashfs.h"
#include "squashfs/xattr.h"

static bool recognize(const struct image *image)
{
	char magic[4];
	return image_read(image, 0, magic, sizeof(magic)) == 0 && memcmp(magic, "hsqs", sizeof(magic)) == 0;
}

static int extent(const struct image *image, struct image_extent *extent, const char **why)
{
	struct superblock super;
	int error = superblock_read(image, &super, why);
	*extent = (struct image_extent){ .start = 0, .size = error ? 0 : super.bytes_used };
	return error;
}

/*
 * How many directories there can be: what the superblock says, unless the inode table is too small for that. A metadata block
 * takes three bytes at least, and a directory's inode 32 of the 8192 that it can decompress to.
 */
static uint64_t directories_at_most(const struct superblock *super)
{
	uint64_t end = super->directory_table > super->inode_table ? super->directory_table : super->bytes_used;
	uint64_t room = ((end - super->inode_table) / 3 + 1) * (METADATA_BLOCK_SIZE / 32);
	return super->inode_count < room ? super->inode_count : room;
}

static int open(struct filesystem *fs, unsigned readers, const char **why)
{
	struct squashfs *state = malloc(sizeof(*state));
	*why = "not enough memory";
	int error = state ? squashfs_open(state, &fs->image, readers, why) : -ENOMEM;
	if (error) {
		free(state);
		return error;
	}
	fs->state = state;
	fs->root = state->super.root_inode;
	fs->extent = (struct image_extent){ .start = 0, .size = state->super.bytes_used };
	fs->inode_count = state->super.inode_count;
	fs->block_size = state->super.block_size;
	fs->steps_at_most = directories_at_most(&state->super);
	fs->step_unit = UINT32_MAX; /* any directory is one step */
	return 0;
}

static void close(void *state)
{
	squashfs_close(state);
	free(state);
}

static int read_inode(void *state, uint64_t reference, struct inode *inode)
{
	return squashfs_inode_read(state, reference, inode);
}

static int read_target(void *state, const struct inode *inode, char **target)
{
	return squashfs_read_target(state, inode, target);
}

static uint64_t parent(void *state, const struct inode *inode)
{
	(void)state;
	return inode->directory.parent;
}

static int map(void *state, const struct inode *inode, uint64_t offset, size_t size, struct file_span spans[FILE_SPANS_MAX],
	       size_t *count)
{
	return squashfs_file_map(state, inode, offset, size, spans, count);
}

static void unmap(void *state, struct file_span *spans, size_t count)
{
	struct squashfs *fs = state;
	for (size_t i = 0; i < count; i++) {
		if (spans[i].block)
			block_cache_release(&fs->data, spans[i].block, spans[i].to_block_end);
	}
}

static uint64_t count_blocks(void *state, const struct inode *inode, uint32_t *block_size)
{
	struct squashfs *fs = state;
	*block_size = fs->super.block_size;
	return block_count(fs, inode);
}

static unsigned find_blocks(void *state, const struct inode *inode, uint64_t first, uint64_t end,
			    struct read_ahead_job jobs[READ_AHEAD_JOBS])
{
	struct block_walk walk;
	unsigned count = 0;
	int error = block_walk_start(&walk, state, inode, first);
	while (!error && walk.at < end && count < READ_AHEAD_JOBS) {
		struct read_ahead_job *job = &jobs[count];
		error = block_walk_next(&walk, &job->position, &job->stored);
		if (!error && job->stored)
			count++;
	}
	return count;
}

static void prefetch(void *state, const struct read_ahead_job *job)
{
	struct squashfs *fs = state;
	block_cache_prefetch(&fs->data, job->position, job->stored);
}

const struct filesystem_format squashfs_format = {
	.recognize = recognize,
	.extent = extent,
	.open = open,
	.close = close,
	.inode_read = read_inode,
	.inode_read_target = read_target,
	.inode_parent = parent,
	.directory_open = squashfs_directory_open,
	.directory_next = squashfs_directory_next,
	.directory_seek = squashfs_directory_seek,
	.directory_lookup = squashfs_directory_lookup,
	.file_map = map,
	.file_unmap = unmap,
	.block_count = count_blocks,
	.find_blocks = find_blocks,
	.prefetch = prefetch,
	.xattr_open = squashfs_xattr_open,
	.xattr_next = squashfs_xattr_next,
	.xattr_read = squashfs_xattr_read,
};
