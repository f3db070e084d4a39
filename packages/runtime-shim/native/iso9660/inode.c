#include "iso9660/inode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What everybody may do with a file of which nothing is said: what Linux grants. */
#define DEFAULT_MODE 0555

/* Parts that the data of one file may be in, each of up to 4 GiB. */
#define PARTS_MAX 4096

/*
 * No two records begin within so many bytes. Numbers that count these fit into 32 bits for images of up to 128 GiB, and programs
 * of 32 bits fail on larger ones.
 */
#define NUMBER_UNIT 32

static int type_of_mode(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return INODE_DIRECTORY;
	case S_IFREG:
		return INODE_FILE;
	case S_IFLNK:
		return INODE_SYMLINK;
	case S_IFBLK:
		return INODE_BLOCK_DEVICE;
	case S_IFCHR:
		return INODE_CHARACTER_DEVICE;
	case S_IFIFO:
		return INODE_FIFO;
	case S_IFSOCK:
		return INODE_SOCKET;
	default:
		return -EIO;
	}
}

/* The data of a file whose record is not the last one that speaks of it. */
static int add_parts(struct iso9660 *fs, const struct directory_record *first, struct inode *inode)
{
	struct directory_record part = *first;
	for (unsigned parts = 1; part.multi_extent; parts++) {
		int error = parts < PARTS_MAX ? directory_record_continue(fs, &part) : -EIO;
		if (error)
			return error;
		if (part.data_length && part.extent != inode->iso9660.start + inode->iso9660.stored)
			inode->iso9660.contiguous = false;
		inode->iso9660.stored += part.data_length;
		inode->iso9660.interleaved |= part.interleaved;
	}
	return 0;
}

static void set_zisofs(const struct system_use *use, struct inode *inode)
{
	if (!use || !use->zisofs.version)
		return;
	inode->size = use->zisofs.size;
	inode->iso9660.zisofs_version = use->zisofs.version;
	inode->iso9660.zisofs_shift = use->zisofs.block_shift;
	inode->iso9660.zisofs_header = use->zisofs.header_size;
	inode->iso9660.interleaved |= !use->zisofs.known;
}

/* Two names are those of one file when they share its data. */
static void set_identity(const struct directory_record *record, struct inode *inode)
{
	bool shares = inode->type == INODE_FILE && inode->links > 1 && inode->iso9660.stored;
	bool by_data = shares || inode->type == INODE_DIRECTORY;
	inode->content = by_data ? record->extent : record->position;
	inode->number = inode->content / NUMBER_UNIT;
}

int iso9660_inode_of(struct iso9660 *fs, const struct directory_record *record, const struct system_use *use,
		     struct inode *inode)
{
	bool has_posix = use && use->has_posix;
	uint32_t plain_mode = DEFAULT_MODE | (record->directory ? S_IFDIR : S_IFREG);
	memset(inode, 0, sizeof(*inode));
	inode->mode = (has_posix ? use->mode : plain_mode) & (S_IFMT | 07777);
	int type = type_of_mode(inode->mode);
	if (type < 0 || (type == INODE_DIRECTORY) != record->directory)
		return -EIO;
	inode->reference = record->position;
	inode->type = (enum inode_type)type;
	inode->links = has_posix && use->links ? use->links : 1;
	inode->user = has_posix ? use->user : 0;
	inode->group = has_posix ? use->group : 0;
	inode->modification_time = use && use->has_modified_at ? use->modified_at : record->recorded_at;
	inode->iso9660.start = record->extent;
	inode->iso9660.stored = record->data_length;
	inode->iso9660.contiguous = true;
	inode->iso9660.interleaved = record->interleaved || (use && use->sparse);
	int error = add_parts(fs, record, inode);
	if (error)
		return error;
	if (type == INODE_DIRECTORY || type == INODE_FILE)
		inode->size = inode->iso9660.stored;
	if (type == INODE_SYMLINK && use && link_target_is_whole(&use->target))
		inode->size = use->target.length;
	if (type == INODE_FILE)
		set_zisofs(use, inode);
	if (use && (type == INODE_BLOCK_DEVICE || type == INODE_CHARACTER_DEVICE))
		inode->device = use->device;
	set_identity(record, inode);
	return inode->size > INT64_MAX ? -EIO : 0;
}

int iso9660_inode_read(struct iso9660 *fs, uint64_t reference, struct inode *inode)
{
	struct directory_record record;
	struct system_use use;
	bool extended = fs->names == NAMES_OF_ROCK_RIDGE;
	int error = directory_record_read(fs, reference, &record);
	if (error == -ENODATA)
		return -EIO;
	if (!error && extended)
		error = system_use_read(fs, &record, fs->skip, NULL, &use);
	return error ? error : iso9660_inode_of(fs, &record, extended ? &use : NULL, inode);
}

int iso9660_read_target(struct iso9660 *fs, const struct inode *inode, char **target)
{
	struct directory_record record;
	struct system_use use;
	if (inode->type != INODE_SYMLINK)
		return -EINVAL;
	char *text = calloc(1, PATH_MAX);
	int error = text ? directory_record_read(fs, inode->reference, &record) : -ENOMEM;
	if (!error)
		error = system_use_read(fs, &record, fs->skip, text, &use);
	if (!error && !link_target_is_whole(&use.target))
		error = -EIO;
	if (error) {
		free(text);
		text = NULL;
	}
	*target = text;
	return error;
}

/* The second record of a directory is that of the one which has it. */
uint64_t iso9660_parent(struct iso9660 *fs, const struct inode *inode)
{
	struct directory_record record;
	int error = directory_record_read(fs, inode->iso9660.start, &record);
	if (!error)
		error = directory_record_read(fs, record.position + record.length, &record);
	return error ? inode->number : record.extent / NUMBER_UNIT;
}

int iso9660_find_part(struct iso9660 *fs, const struct inode *inode, uint64_t offset, uint64_t *position, uint64_t *first,
		      uint64_t *size)
{
	*position = inode->iso9660.start;
	*size = inode->iso9660.stored;
	*first = 0;
	if (inode->iso9660.contiguous)
		return offset < *size ? 0 : -EIO;
	struct directory_record record;
	int error = directory_record_read(fs, inode->reference, &record);
	for (unsigned parts = 1; !error; parts++) {
		*position = record.extent;
		*size = record.data_length;
		if (offset - *first < *size)
			return 0;
		*first += *size;
		error = record.multi_extent && parts < PARTS_MAX ? directory_record_continue(fs, &record) : -EIO;
	}
	return error;
}
