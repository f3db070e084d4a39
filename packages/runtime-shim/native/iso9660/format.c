/* ISO 9660 as one of the formats that an image can have. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem/format.h"
#include "iso9660/directory.h"
#include "iso9660/file.h"
#include "iso9660/inode.h"
#include "iso9660/iso9660.h"
#include "iso9660/volume-descriptor.h"

static bool recognize(const struct image *image)
{
	return image_is_iso9660(image->file, image->offset);
}

static int extent(const struct image *image, struct image_extent *extent, const char **why)
{
	struct volumes volumes;
	int error = volumes_read(image, &volumes, why);
	return error ? error : volume_extent(image, &volumes.primary, extent, why);
}

static int open(struct filesystem *fs, unsigned readers, const char **why)
{
	struct iso9660 *state = malloc(sizeof(*state));
	*why = "not enough memory";
	int error = state ? iso9660_open(state, &fs->image, readers, why) : -ENOMEM;
	if (error) {
		free(state);
		return error;
	}
	fs->state = state;
	fs->root = state->root;
	fs->extent = state->extent;
	fs->block_size = ISO9660_BLOCK_LEAST;
	/* No two directories of an honest image share a block. */
	fs->step_unit = state->block_size;
	fs->steps_at_most = (state->extent.start + state->extent.size) / state->block_size;
	return 0;
}

static void close(void *state)
{
	iso9660_close(state);
	free(state);
}

static int read_inode(void *state, uint64_t reference, struct inode *inode)
{
	return iso9660_inode_read(state, reference, inode);
}

static int read_target(void *state, const struct inode *inode, char **target)
{
	return iso9660_read_target(state, inode, target);
}

static uint64_t parent(void *state, const struct inode *inode)
{
	return iso9660_parent(state, inode);
}

static int map(void *state, const struct inode *inode, uint64_t offset, size_t size, struct file_span spans[FILE_SPANS_MAX],
	       size_t *count)
{
	return iso9660_file_map(state, inode, offset, size, spans, count);
}

static void unmap(void *state, struct file_span *spans, size_t count)
{
	struct iso9660 *fs = state;
	for (size_t i = 0; i < count; i++) {
		if (spans[i].block)
			block_cache_release(&fs->data, spans[i].block, spans[i].to_block_end);
	}
}

static uint64_t count_blocks(void *state, const struct inode *inode, uint32_t *block_size)
{
	(void)state;
	return iso9660_block_count(inode, block_size);
}

static unsigned find_blocks(void *state, const struct inode *inode, uint64_t first, uint64_t end,
			    struct read_ahead_job jobs[READ_AHEAD_JOBS])
{
	return iso9660_find_blocks(state, inode, first, end, jobs);
}

static void prefetch(void *state, const struct read_ahead_job *job)
{
	struct iso9660 *fs = state;
	block_cache_prefetch(&fs->data, job->position, job->stored);
}

const struct filesystem_format iso9660_format = {
	.recognize = recognize,
	.extent = extent,
	.open = open,
	.close = close,
	.inode_read = read_inode,
	.inode_read_target = read_target,
	.inode_parent = parent,
	.directory_open = iso9660_directory_open,
	.directory_next = iso9660_directory_next,
	.directory_seek = iso9660_directory_seek,
	.directory_lookup = iso9660_directory_lookup,
	.file_map = map,
	.file_unmap = unmap,
	.block_count = count_blocks,
	.find_blocks = find_blocks,
	.prefetch = prefetch,
};
