#include "squashfs/directory.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "squashfs/squashfs.h"
#include "system/bytes.h"

#define RUN_HEADER_SIZE 12
#define RUN_ENTRIES_MAX 256
#define ENTRY_SIZE 8
#define INDEX_ENTRY_SIZE 12

/* The listing's size counts "." and "..", which are not stored, as three bytes. */
#define LISTING_OVERHEAD 3

/* A cookie holds where the run begins and how far behind that the entry ends: a run is at most 256 * (8 + 256) bytes. */
#define COOKIE_RUN_BITS 20

int squashfs_directory_open(const struct inode *inode, struct directory_reader *reader)
{
	struct squashfs *fs = reader->state;
	if (inode->type != INODE_DIRECTORY)
		return -ENOTDIR;
	uint64_t size = inode->size > LISTING_OVERHEAD ? inode->size - LISTING_OVERHEAD : 0;
	struct metadata_place start = {
		.block = fs->super.directory_table + inode->directory.listing_block,
		.offset = inode->directory.listing_offset,
	};
	reader->start = start;
	reader->stream = metadata_stream_at(start);
	reader->size = size;
	reader->at = reader->run_at = 0;
	reader->run_left = 0;
	return 0;
}

static int read_listing(struct directory_reader *reader, void *out, size_t size)
{
	if (size > reader->size - reader->at)
		return -EIO;
	reader->at += size;
	return metadata_stream_read(reader->state, &reader->stream, out, size);
}

static int read_run_header(struct directory_reader *reader)
{
	uint8_t raw[RUN_HEADER_SIZE];
	reader->run_at = reader->at;
	int error = read_listing(reader, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	uint32_t count_less_one = bytes_u32(&at);
	reader->run_block = bytes_u32(&at);
	reader->run_number = bytes_u32(&at);
	if (count_less_one >= RUN_ENTRIES_MAX)
		return -EIO;
	reader->run_left = count_less_one + 1;
	return 0;
}

int squashfs_directory_next(struct directory_reader *reader, struct directory_entry *entry)
{
	int error;
	if (!reader->run_left) {
		if (reader->at >= reader->size)
			return 0;
		error = read_run_header(reader);
		if (error)
			return error;
	}
	uint8_t raw[ENTRY_SIZE];
	error = read_listing(reader, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	uint16_t offset = bytes_u16(&at);
	uint16_t number_delta = bytes_u16(&at); /* signed in the format; the sum is the same in 32 bits once extended */
	uint16_t type = bytes_u16(&at);
	size_t length = (size_t)bytes_u16(&at) + 1;
	if (type < INODE_DIRECTORY || type > INODE_SOCKET || length > DIRECTORY_NAME_MAX)
		return -EIO;
	error = read_listing(reader, entry->name, length);
	if (error)
		return error;
	if (!directory_name_is_sound(entry->name, length))
		return -EIO;
	reader->run_left--;

	entry->name[length] = '\0';
	entry->name_length = length;
	entry->type = type;
	entry->reference = (uint64_t)reader->run_block << 16 | offset;
	entry->number = reader->run_number + (uint32_t)(int32_t)(int16_t)number_delta;
	entry->cookie = reader->run_at << COOKIE_RUN_BITS | (reader->at - reader->run_at);
	return 1;
}

/* One entry of a directory's index: where a metadata block of the listing begins with a run, and that run's first name. */
struct index_entry {
	uint32_t listing_at, block;
	char name[DIRECTORY_NAME_MAX];
	size_t name_length;
};

static int read_index_entry(struct squashfs *fs, struct metadata_stream *index, struct index_entry *entry)
{
	uint8_t raw[INDEX_ENTRY_SIZE];
	int error = metadata_stream_read(fs, index, raw, sizeof(raw));
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	entry->listing_at = bytes_u32(&at);
	entry->block = bytes_u32(&at);
	uint64_t length = (uint64_t)bytes_u32(&at) + 1;
	if (length > DIRECTORY_NAME_MAX)
		return -EIO;
	entry->name_length = (size_t)length;
	return metadata_stream_read(fs, index, entry->name, entry->name_length);
}

static bool is_behind_name(const struct index_entry *entry, const char *name, size_t length)
{
	int order = memcmp(entry->name, name, entry->name_length < length ? entry->name_length : length);
	return order > 0 || (order == 0 && entry->name_length > length);
}

/* Moves the reader to the last run of the index that is behind neither `name`, when there is one, nor the position `limit`. */
static int jump_by_index(const struct inode *inode, const char *name, uint64_t limit, struct directory_reader *reader)
{
	struct squashfs *fs = reader->state;
	struct metadata_stream index = metadata_stream_at(inode->tail);
	size_t length = name ? strlen(name) : 0;
	for (uint32_t i = 0; i < inode->directory.index_count; i++) {
		struct index_entry entry;
		int error = read_index_entry(fs, &index, &entry);
		if (error)
			return error;
		if (entry.listing_at > limit || (name && is_behind_name(&entry, name, length)))
			break;
		if (entry.listing_at > reader->size)
			return -EIO;
		reader->at = entry.listing_at;
		reader->stream.place = (struct metadata_place){
			.block = fs->super.directory_table + entry.block,
			.offset = (inode->directory.listing_offset + entry.listing_at) % METADATA_BLOCK_SIZE,
		};
	}
	return 0;
}

/* Before anything has been read from there. */
static int skip_listing(struct directory_reader *reader, uint64_t to)
{
	if (to < reader->at || to > reader->size)
		return -EIO;
	uint64_t distance = to - reader->at;
	reader->at = to;
	return metadata_read(reader->state, &reader->stream.place, NULL, distance);
}

int squashfs_directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie)
{
	reader->stream = metadata_stream_at(reader->start);
	reader->at = 0;
	reader->run_left = 0;
	if (!cookie)
		return 0;
	uint64_t run_at = cookie >> COOKIE_RUN_BITS;
	uint64_t entry_end = run_at + (cookie & ((1u << COOKIE_RUN_BITS) - 1));
	int error = jump_by_index(inode, NULL, run_at, reader);
	if (!error)
		error = skip_listing(reader, run_at);
	struct directory_entry entry;
	while (!error && reader->at < entry_end) {
		error = squashfs_directory_next(reader, &entry);
		error = error == 1 ? 0 : -EINVAL;
	}
	return !error && reader->at != entry_end ? -EINVAL : error;
}

int squashfs_directory_lookup(struct directory_reader *reader, const struct inode *inode, const char *name,
			      struct directory_entry *entry)
{
	int error = jump_by_index(inode, name, UINT64_MAX, reader);
	if (error)
		return error;
	size_t length = strlen(name);
	int more;
	while ((more = squashfs_directory_next(reader, entry)) == 1) {
		if (entry->name_length == length && memcmp(entry->name, name, length) == 0)
			return 0;
		/* Like the kernel, trust the order of first bytes only: not every writer sorts the rest in the same way. */
		if ((unsigned char)entry->name[0] > (unsigned char)name[0])
			break;
	}
	return more < 0 ? more : -ENOENT;
}
