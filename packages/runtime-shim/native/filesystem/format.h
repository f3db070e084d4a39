/*
 * What a format has to know how to do. `state` is what its open() has made; the rest is as in the header of that name.
 */
#ifndef FILESYSTEM_FORMAT_H
#define FILESYSTEM_FORMAT_H

#include "filesystem/filesystem.h"
#include "filesystem/read-ahead.h"
#include "filesystem/xattr.h"

struct filesystem_format {
	/* Whether the payload claims to be of this format. */
	bool (*recognize)(const struct image *image);
	int (*extent)(const struct image *image, struct image_extent *extent, const char **why);
	/* Fills in all but the image and the format. */
	int (*open)(struct filesystem *fs, unsigned readers, const char **why);
	void (*close)(void *state);

	int (*inode_read)(void *state, uint64_t reference, struct inode *inode);
	int (*inode_read_target)(void *state, const struct inode *inode, char **target);
	uint64_t (*inode_parent)(void *state, const struct inode *inode);

	int (*directory_open)(const struct inode *inode, struct directory_reader *reader);
	int (*directory_next)(struct directory_reader *reader, struct directory_entry *entry);
	int (*directory_seek)(struct directory_reader *reader, const struct inode *inode, uint64_t cookie);
	int (*directory_lookup)(struct directory_reader *reader, const struct inode *inode, const char *name,
				struct directory_entry *entry);

	int (*file_map)(void *state, const struct inode *inode, uint64_t offset, size_t size,
			struct file_span spans[FILE_SPANS_MAX], size_t *count);
	void (*file_unmap)(void *state, struct file_span *spans, size_t count);

	/* The size of the blocks that a file's content is stored in, and how many there are to read ahead; 0: none. */
	uint64_t (*block_count)(void *state, const struct inode *inode, uint32_t *block_size);
	/* Where blocks are, from `first` to before `end`, without holes. Returns how many it has put into `jobs`. */
	unsigned (*find_blocks)(void *state, const struct inode *inode, uint64_t first, uint64_t end,
				struct read_ahead_job jobs[READ_AHEAD_JOBS]);
	void (*prefetch)(void *state, const struct read_ahead_job *job);

	/* NULL, all three, in a format whose attributes are not read. */
	int (*xattr_open)(const struct inode *inode, struct xattr_reader *reader);
	int (*xattr_next)(struct xattr_reader *reader, struct xattr *xattr);
	int (*xattr_read)(struct xattr_reader *reader, const struct xattr *xattr, void *value);
};

extern const struct filesystem_format squashfs_format;
extern const struct filesystem_format iso9660_format;

#endif
