#include "squashfs/inode.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "squashfs/squashfs.h"
#include "system/bytes.h"

#define COMMON_SIZE 16

/* The extended forms follow the basic ones in the same order. */
#define EXTENDED 7

/* How many bytes follow the common 16, before what is variable, for each of the types 1 to 14. */
static const uint8_t fixed_sizes[] = { 0, 16, 16, 8, 8, 8, 4, 4, 24, 40, 8, 12, 12, 8, 8 };

static const uint32_t type_bits[] = { 0, S_IFDIR, S_IFREG, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK };

static int parse_common(struct squashfs *fs, struct byte_cursor *at, struct inode *inode, bool *extended)
{
	uint16_t type = bytes_u16(at);
	uint16_t permissions = bytes_u16(at);
	uint16_t user = bytes_u16(at);
	uint16_t group = bytes_u16(at);
	inode->modification_time = bytes_u32(at);
	inode->number = bytes_u32(at);
	if (type < 1 || type > 14 || user >= fs->super.id_count || group >= fs->super.id_count)
		return -EIO;
	*extended = type > EXTENDED;
	inode->type = *extended ? type - EXTENDED : type;
	inode->mode = type_bits[inode->type] | (permissions & 07777);
	inode->user = fs->ids[user];
	inode->group = fs->ids[group];
	inode->links = 1;
	inode->xattr = XATTR_NONE;
	return fixed_sizes[type];
}

static void parse_directory(struct byte_cursor *at, struct inode *inode)
{
	inode->directory.listing_block = bytes_u32(at);
	inode->links = bytes_u32(at);
	inode->size = bytes_u16(at);
	inode->directory.listing_offset = bytes_u16(at);
	inode->directory.parent = bytes_u32(at);
}

static void parse_extended_directory(struct byte_cursor *at, struct inode *inode)
{
	inode->links = bytes_u32(at);
	inode->size = bytes_u32(at);
	inode->directory.listing_block = bytes_u32(at);
	inode->directory.parent = bytes_u32(at);
	inode->directory.index_count = bytes_u16(at);
	inode->directory.listing_offset = bytes_u16(at);
	inode->xattr = bytes_u32(at);
}

static void parse_file(struct byte_cursor *at, struct inode *inode)
{
	inode->file.first_block = bytes_u32(at);
	inode->file.fragment = bytes_u32(at);
	inode->file.fragment_offset = bytes_u32(at);
	inode->size = bytes_u32(at);
}

static void parse_extended_file(struct byte_cursor *at, struct inode *inode)
{
	inode->file.first_block = bytes_u64(at);
	inode->size = bytes_u64(at);
	inode->holes = bytes_u64(at); /* sparse; the list of blocks says where they are */
	inode->links = bytes_u32(at);
	inode->file.fragment = bytes_u32(at);
	inode->file.fragment_offset = bytes_u32(at);
	inode->xattr = bytes_u32(at);
}

static void parse_symlink(struct byte_cursor *at, struct inode *inode)
{
	inode->links = bytes_u32(at);
	inode->size = bytes_u32(at);
}

static void parse_device(struct byte_cursor *at, struct inode *inode, bool extended)
{
	inode->links = bytes_u32(at);
	inode->device = bytes_u32(at);
	if (extended)
		inode->xattr = bytes_u32(at);
}

static void parse_pipe(struct byte_cursor *at, struct inode *inode, bool extended)
{
	inode->links = bytes_u32(at);
	if (extended)
		inode->xattr = bytes_u32(at);
}

static void parse_fixed(struct byte_cursor *at, struct inode *inode, bool extended)
{
	switch (inode->type) {
	case INODE_DIRECTORY:
		(extended ? parse_extended_directory : parse_directory)(at, inode);
		break;
	case INODE_FILE:
		(extended ? parse_extended_file : parse_file)(at, inode);
		break;
	case INODE_SYMLINK:
		parse_symlink(at, inode);
		break;
	case INODE_BLOCK_DEVICE:
	case INODE_CHARACTER_DEVICE:
		parse_device(at, inode, extended);
		break;
	case INODE_FIFO:
	case INODE_SOCKET:
		parse_pipe(at, inode, extended);
		break;
	}
}

/* The extended symlink keeps its xattr index behind the target. */
static int read_symlink_xattr(struct squashfs *fs, struct inode *inode)
{
	struct metadata_place place = inode->tail;
	uint8_t raw[4];
	int error = metadata_read(fs, &place, NULL, inode->size);
	if (!error)
		error = metadata_read(fs, &place, raw, sizeof(raw));
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	if (!error)
		inode->xattr = bytes_u32(&at);
	return error;
}

int squashfs_inode_read(struct squashfs *fs, uint64_t reference, struct inode *inode)
{
	uint8_t raw[40];
	bool extended;
	memset(inode, 0, sizeof(*inode));
	inode->reference = inode->content = reference;
	inode->tail = metadata_at_reference(fs->super.inode_table, reference);

	int error = metadata_read(fs, &inode->tail, raw, COMMON_SIZE);
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, COMMON_SIZE);
	int fixed_size = parse_common(fs, &at, inode, &extended);
	if (fixed_size < 0)
		return fixed_size;

	error = metadata_read(fs, &inode->tail, raw, (size_t)fixed_size);
	if (error)
		return error;
	at = bytes_over(raw, (size_t)fixed_size);
	parse_fixed(&at, inode, extended);
	if (at.overrun || inode->size > INT64_MAX)
		return -EIO;
	if (inode->type == INODE_SYMLINK && inode->size >= PATH_MAX)
		return -EIO;
	if (inode->type == INODE_SYMLINK && extended)
		return read_symlink_xattr(fs, inode);
	return 0;
}

int squashfs_read_target(struct squashfs *fs, const struct inode *inode, char **target)
{
	if (inode->type != INODE_SYMLINK)
		return -EINVAL;
	char *text = calloc(1, inode->size + 1);
	if (!text)
		return -ENOMEM;
	struct metadata_place place = inode->tail;
	int error = metadata_read(fs, &place, text, inode->size);
	if (!error && (!inode->size || strlen(text) != inode->size))
		error = -EIO;
	if (error) {
		free(text);
		text = NULL;
	}
	*target = text;
	return error;
}
