#include "iso9660/directory.h"

#include <errno.h>
#include <string.h>

#include "iso9660/inode.h"
#include "iso9660/name.h"

int iso9660_directory_open(const struct inode *inode, struct directory_reader *reader)
{
	const struct iso9660 *fs = reader->state;
	if (inode->type != INODE_DIRECTORY)
		return -ENOTDIR;
	uint64_t start = inode->iso9660.start;
	if (!inode->iso9660.contiguous || start > fs->image.size || inode->size > fs->image.size - start)
		return -EIO;
	reader->iso9660.start = start;
	reader->size = inode->size;
	reader->at = 0;
	return 0;
}

/* Moves over one record, and reads it. Returns 1, 0 at the end, or a negative errno. */
static int next_record(struct directory_reader *reader, struct directory_record *record)
{
	struct iso9660 *fs = reader->state;
	while (reader->at < reader->size) {
		uint64_t position = reader->iso9660.start + reader->at;
		int error = directory_record_read(fs, position, record);
		if (error == -ENODATA) {
			reader->at = directory_next_block(fs, position) - reader->iso9660.start;
			continue;
		}
		if (error)
			return error;
		if (record->length > reader->size - reader->at)
			return -EIO;
		reader->at += record->length;
		return 1;
	}
	return 0;
}

/* Moves over the further parts of a file. */
static int skip_parts(struct directory_reader *reader, const struct directory_record *first)
{
	struct directory_record part = *first;
	while (part.multi_extent) {
		int more = next_record(reader, &part);
		if (more != 1)
			return more ? more : -EIO;
	}
	return 0;
}

/* The directory that was moved to where it is because its place is too deep. */
static int follow_child(struct iso9660 *fs, uint32_t block, struct inode *inode)
{
	uint64_t position = (uint64_t)block * fs->block_size;
	int error = iso9660_inode_read(fs, position, inode);
	return !error && (inode->type != INODE_DIRECTORY || inode->iso9660.start != position) ? -EIO : error;
}

/* Returns 1 and an entry, 0 for a record that stands for none, or a negative errno. */
static int entry_of(struct directory_reader *reader, const struct directory_record *record, struct directory_entry *entry)
{
	struct iso9660 *fs = reader->state;
	struct system_use use;
	struct inode inode;
	bool extended = fs->names == NAMES_OF_ROCK_RIDGE;
	int error = extended ? system_use_read(fs, record, fs->skip, NULL, &use) : 0;
	if (error || (extended && use.relocated))
		return error;
	error = iso9660_name(fs->names, record, extended ? &use : NULL, entry);
	if (error)
		return error;
	error = extended && use.has_child ? follow_child(fs, use.child, &inode)
					  : iso9660_inode_of(fs, record, extended ? &use : NULL, &inode);
	if (!error)
		error = skip_parts(reader, record);
	if (error)
		return error;
	entry->reference = inode.reference;
	entry->number = inode.number;
	entry->type = inode.type;
	entry->cookie = reader->at;
	return 1;
}

int iso9660_directory_next(struct directory_reader *reader, struct directory_entry *entry)
{
	struct directory_record record;
	int more;
	while ((more = next_record(reader, &record)) == 1) {
		if (directory_record_is_dot(&record) || record.associated)
			continue;
		int result = entry_of(reader, &record, entry);
		if (result)
			return result;
	}
	return more;
}

int iso9660_directory_seek(struct directory_reader *reader, const struct inode *inode, uint64_t cookie)
{
	(void)inode;
	if (cookie > reader->size)
		return -EINVAL;
	reader->at = cookie;
	return 0;
}

int iso9660_directory_lookup(struct directory_reader *reader, const struct inode *inode, const char *name,
			     struct directory_entry *entry)
{
	(void)inode;
	size_t length = strlen(name);
	int more;
	while ((more = iso9660_directory_next(reader, entry)) == 1) {
		if (entry->name_length == length && memcmp(entry->name, name, length) == 0)
			return 0;
	}
	return more < 0 ? more : -ENOENT;
}
