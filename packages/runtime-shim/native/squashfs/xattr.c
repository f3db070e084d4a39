#include "squashfs/xattr.h"

#include <errno.h>
#include <string.h>

#include "squashfs/inode.h"
#include "squashfs/squashfs.h"
#include "system/bytes.h"

#define TABLE_HEADER_SIZE 16
#define ID_ENTRY_SIZE 16
#define VALUE_ELSEWHERE 0x100u

/* More attributes than the kernel could list; the loop over them ends. */
#define COUNT_MAX XATTR_VALUE_MAX

static const char *const prefixes[] = { "user.", "trusted.", "security." };

int squashfs_xattr_open(const struct inode *inode, struct xattr_reader *reader)
{
	uint8_t raw[TABLE_HEADER_SIZE];
	struct squashfs *fs = reader->state;
	if (fs->super.xattr_table == TABLE_ABSENT)
		return -ENOSYS;
	if (inode->xattr == XATTR_NONE)
		return 0;
	int error = squashfs_read_raw(fs, fs->super.xattr_table, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	reader->table = bytes_u64(&at);
	uint32_t id_count = bytes_u32(&at);
	if (inode->xattr >= id_count || reader->table >= fs->super.bytes_used)
		return -EIO;

	error = metadata_read_table(fs, fs->super.xattr_table + TABLE_HEADER_SIZE, inode->xattr, raw, ID_ENTRY_SIZE);
	if (error)
		return error;
	at = bytes_over(raw, sizeof(raw));
	reader->place = metadata_at_reference(reader->table, bytes_u64(&at));
	reader->left = bytes_u32(&at);
	return reader->left > COUNT_MAX ? -EIO : 0;
}

static int read_name(struct xattr_reader *reader, struct xattr *xattr, uint16_t type, uint16_t size)
{
	if (type >= sizeof(prefixes) / sizeof(prefixes[0]))
		return -EIO;
	size_t prefix_length = strlen(prefixes[type]);
	if (!size || size > XATTR_FULL_NAME_MAX - prefix_length)
		return -EIO;
	xattr->name_length = prefix_length + size;
	memcpy(xattr->name, prefixes[type], prefix_length);
	int error = metadata_read(reader->state, &reader->place, xattr->name + prefix_length, size);
	if (error)
		return error;
	xattr->name[xattr->name_length] = '\0';
	return strlen(xattr->name) == xattr->name_length ? 0 : -EIO;
}

static int read_u32(struct squashfs *fs, struct metadata_place *place, uint32_t *value)
{
	uint8_t raw[4];
	int error = metadata_read(fs, place, raw, sizeof(raw));
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	*value = error ? 0 : bytes_u32(&at);
	return error;
}

static int find_value(struct xattr_reader *reader, struct xattr *xattr, bool elsewhere)
{
	uint32_t inline_size;
	int error = read_u32(reader->state, &reader->place, &inline_size);
	if (error)
		return error;
	xattr->value = reader->place;
	xattr->value_size = inline_size;
	if (elsewhere) {
		uint8_t raw[8];
		struct metadata_place place = reader->place;
		if (inline_size != sizeof(raw))
			return -EIO;
		error = metadata_read(reader->state, &place, raw, sizeof(raw));
		if (error)
			return error;
		struct byte_cursor at = bytes_over(raw, sizeof(raw));
		xattr->value = metadata_at_reference(reader->table, bytes_u64(&at));
		error = read_u32(reader->state, &xattr->value, &xattr->value_size);
	}
	if (error || xattr->value_size > XATTR_VALUE_MAX || inline_size > XATTR_VALUE_MAX)
		return -EIO;
	return metadata_read(reader->state, &reader->place, NULL, inline_size);
}

int squashfs_xattr_next(struct xattr_reader *reader, struct xattr *xattr)
{
	uint8_t raw[4];
	if (!reader->left)
		return 0;
	reader->left--;
	int error = metadata_read(reader->state, &reader->place, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	uint16_t type = bytes_u16(&at);
	uint16_t name_size = bytes_u16(&at);
	error = read_name(reader, xattr, type & ~VALUE_ELSEWHERE, name_size);
	if (!error)
		error = find_value(reader, xattr, type & VALUE_ELSEWHERE);
	return error ? error : 1;
}

int squashfs_xattr_read(struct xattr_reader *reader, const struct xattr *xattr, void *value)
{
	struct metadata_place place = xattr->value;
	return metadata_read(reader->state, &place, value, xattr->value_size);
}
