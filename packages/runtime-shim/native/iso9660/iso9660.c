#include "iso9660/iso9660.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "filesystem/file.h"
#include "iso9660/directory-record.h"
#include "iso9660/file.h"
#include "iso9660/system-use.h"
#include "iso9660/volume-descriptor.h"

#define METADATA_SIZE 8192
#define METADATA_SLOTS 512 /* 4 MiB, touched as they are needed */
#define DATA_SLOTS 256     /* 16 MiB of files that are not compressed */
#define PREFETCH_SLOTS 4

/* Where the entry that announces the others may be in the system use field of the root: after the attributes of CD-ROM XA, too. */
static const uint8_t announcement_places[] = { 0, 14 };

static int load_metadata(void *context, struct block *block)
{
	const struct iso9660 *fs = context;
	if (block->position >= fs->image.size)
		return -EIO;
	uint64_t left = fs->image.size - block->position;
	block->size = left < METADATA_SIZE ? (uint32_t)left : METADATA_SIZE;
	return image_read(&fs->image, block->position, block->data, block->size) ? -EIO : 0;
}

int iso9660_read(struct iso9660 *fs, uint64_t position, void *out, size_t size)
{
	uint8_t *to = out;
	if (position > fs->image.size || size > fs->image.size - position)
		return -EIO;
	while (size) {
		struct block *block;
		size_t offset = (size_t)(position % METADATA_SIZE);
		int error = block_cache_get(&fs->metadata, position - offset, 0, &block);
		if (error)
			return error;
		size_t count = block->size - offset < size ? block->size - offset : size;
		memcpy(to, block->data + offset, count);
		block_cache_release(&fs->metadata, block, false);
		to += count;
		position += count;
		size -= count;
	}
	return 0;
}

/* The entry that says how many bytes others have to skip; -ENOENT where there is none. */
static int find_announcement(const struct directory_record *record, uint32_t *place, uint32_t *skip)
{
	for (size_t i = 0; i < sizeof(announcement_places); i++) {
		uint32_t at = record->system_use + announcement_places[i];
		if (at + 7 > record->length)
			continue;
		const uint8_t *entry = record->raw + at;
		if (memcmp(entry, "SP", 2) == 0 && entry[2] >= 7 && entry[4] == 0xbe && entry[5] == 0xef) {
			*place = announcement_places[i];
			*skip = entry[6];
			return 0;
		}
	}
	return -ENOENT;
}

/* Of the trees, that of Rock Ridge, else that of Joliet, else the plain one. */
static int choose_tree(struct iso9660 *fs, const struct volumes *volumes)
{
	struct directory_record record;
	struct system_use use;
	uint32_t place, skip;
	fs->block_size = volumes->primary.block_size;
	fs->root = volumes->primary.root;
	int error = directory_record_read(fs, fs->root, &record);
	if (!error && (!record.directory || record.extent != fs->root))
		error = -EIO;
	if (error)
		return error;
	if (find_announcement(&record, &place, &skip) == 0) {
		error = system_use_read(fs, &record, place, NULL, &use);
		if (error)
			return error;
		/* Some writers announce entries, but not what they are for. */
		if (use.rock_ridge || use.has_posix) {
			fs->names = NAMES_OF_ROCK_RIDGE;
			fs->skip = skip;
			return 0;
		}
	}
	fs->names = volumes->has_joliet ? NAMES_OF_JOLIET : NAMES_PLAIN;
	if (volumes->has_joliet) {
		fs->block_size = volumes->joliet.block_size;
		fs->root = volumes->joliet.root;
	}
	return 0;
}

/* Every reader may hold all the blocks of one read, and must always be able to go on. */
static int open_data_cache(struct iso9660 *fs, unsigned readers)
{
	size_t held = readers * (FILE_READ_MAX / ISO9660_BLOCK_LEAST + 2) + PREFETCH_SLOTS;
	size_t wanted = DATA_SLOTS > held ? DATA_SLOTS : held;
	int error = block_cache_open(&fs->data, ISO9660_BLOCK_MOST, wanted, iso9660_load_block, fs);
	return error && wanted > held ? block_cache_open(&fs->data, ISO9660_BLOCK_MOST, held, iso9660_load_block, fs) : error;
}

int iso9660_open(struct iso9660 *fs, const struct image *image, unsigned readers, const char **why)
{
	struct volumes volumes;
	memset(fs, 0, sizeof(*fs));
	fs->image = *image;
	int error = volumes_read(image, &volumes, why);
	if (!error)
		error = volume_extent(image, &volumes.primary, &fs->extent, why);
	if (error)
		return error;

	*why = "not enough memory";
	decoder_pool_open(&fs->decoders, codec_find(CODEC_GZIP), ISO9660_STORED_MOST);
	error = block_cache_open(&fs->metadata, METADATA_SIZE, METADATA_SLOTS, load_metadata, fs);
	if (!error)
		error = open_data_cache(fs, readers);
	if (!error) {
		*why = "its root directory is damaged";
		error = choose_tree(fs, &volumes);
	}
	if (error)
		iso9660_close(fs);
	return error;
}

void iso9660_close(struct iso9660 *fs)
{
	if (fs->data.memory)
		block_cache_close(&fs->data);
	if (fs->metadata.memory)
		block_cache_close(&fs->metadata);
	decoder_pool_close(&fs->decoders);
}
