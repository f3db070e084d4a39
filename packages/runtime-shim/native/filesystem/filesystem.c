#include "filesystem/filesystem.h"

#include <errno.h>
#include <string.h>

#include "filesystem/format.h"

uint8_t file_zeros[FILE_READ_MAX];

/* What is neither, the first one says so of. */
static const struct filesystem_format *find_format(const struct image *image)
{
	static const struct filesystem_format *const formats[] = { &squashfs_format, &iso9660_format };
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i]->recognize(image))
			return formats[i];
	}
	return formats[0];
}

int filesystem_open(struct filesystem *fs, const struct image *image, unsigned readers, const char **why)
{
	*fs = (struct filesystem){ .image = *image, .format = find_format(image) };
	return fs->format->open(fs, readers, why);
}

void filesystem_close(struct filesystem *fs)
{
	fs->format->close(fs->state);
	fs->state = NULL;
}

int filesystem_extent(const struct image *image, struct image_extent *extent, const char **why)
{
	return find_format(image)->extent(image, extent, why);
}

int inode_read(struct filesystem *fs, uint64_t reference, struct inode *inode)
{
	return fs->format->inode_read(fs->state, reference, inode);
}

int inode_read_target(struct filesystem *fs, const struct inode *inode, char **target)
{
	return fs->format->inode_read_target(fs->state, inode, target);
}

uint64_t inode_parent(struct filesystem *fs, const struct inode *inode)
{
	return fs->format->inode_parent(fs->state, inode);
}

bool directory_name_is_sound(const char *name, size_t length)
{
	bool dots = (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
	return length && !dots && !memchr(name, '/', length) && !memchr(name, 0, length);
}

int directory_open(struct filesystem *fs, const struct inode *inode, struct directory_reader *reader)
{
	reader->fs = fs;
	reader->state = fs->state;
	return fs->format->directory_open(inode, reader);
}

int directory_next(struct directory_reader *reader, struct directory_entry *entry)
{
	return reader->fs->format->directory_next(reader, entry);
}

int directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie)
{
	return reader->fs->format->directory_seek(reader, inode, cookie);
}

int directory_lookup(struct filesystem *fs, const struct inode *inode, const char *name, struct directory_entry *entry)
{
	struct directory_reader reader;
	int error = directory_open(fs, inode, &reader);
	return error ? error : fs->format->directory_lookup(&reader, inode, name, entry);
}

int file_map(struct filesystem *fs, const struct inode *inode, uint64_t offset, size_t size,
	     struct file_span spans[FILE_SPANS_MAX], size_t *count)
{
	*count = 0;
	if (inode->type != INODE_FILE)
		return -EINVAL;
	if (offset >= inode->size)
		return 0;
	size_t left = size < FILE_READ_MAX ? size : FILE_READ_MAX;
	if (left > inode->size - offset)
		left = (size_t)(inode->size - offset);
	int error = fs->format->file_map(fs->state, inode, offset, left, spans, count);
	if (!error)
		return 0;
	file_unmap(fs, spans, *count);
	*count = 0;
	return error == -ENOMEM ? error : -EIO;
}

void file_unmap(struct filesystem *fs, struct file_span *spans, size_t count)
{
	fs->format->file_unmap(fs->state, spans, count);
}

int xattr_open(struct filesystem *fs, const struct inode *inode, struct xattr_reader *reader)
{
	*reader = (struct xattr_reader){ .fs = fs, .state = fs->state };
	return fs->format->xattr_open ? fs->format->xattr_open(inode, reader) : -ENOSYS;
}

int xattr_next(struct xattr_reader *reader, struct xattr *xattr)
{
	return reader->fs->format->xattr_next(reader, xattr);
}

int xattr_read(struct xattr_reader *reader, const struct xattr *xattr, void *value)
{
	return reader->fs->format->xattr_read(reader, xattr, value);
}
