#include "extract/identity.h"

#include <errno.h>
#include <stdio.h>

#include "extract/sha256.h"

/* As much of the tables is read at either end of them. */
#define TABLES_MAX (UINT64_C(1) << 20)

#define SAMPLE_SIZE 4096
#define SAMPLE_COUNT 16

static int add(struct sha256 *hash, const struct image *image, uint64_t from, uint64_t to)
{
	uint8_t piece[SAMPLE_SIZE];
	int error = 0;
	while (!error && from < to) {
		size_t size = to - from < sizeof(piece) ? (size_t)(to - from) : sizeof(piece);
		error = image_read(image, from, piece, size);
		if (!error)
			sha256_add(hash, piece, size);
		from += size;
	}
	return error;
}

/* The superblock, and the tables behind the data. */
static int add_tables(struct sha256 *hash, const struct squashfs *fs)
{
	uint64_t start = fs->super.inode_table, end = fs->super.bytes_used;
	int error = add(hash, &fs->image, 0, SUPERBLOCK_SIZE);
	if (error || start >= end)
		return error;
	if (end - start <= 2 * TABLES_MAX)
		return add(hash, &fs->image, start, end);
	error = add(hash, &fs->image, start, start + TABLES_MAX);
	return error ? error : add(hash, &fs->image, end - TABLES_MAX, end);
}

static int add_samples(struct sha256 *hash, const struct squashfs *fs)
{
	uint64_t start = SUPERBLOCK_SIZE, end = fs->super.inode_table;
	if (end <= start + SAMPLE_COUNT * SAMPLE_SIZE)
		return add(hash, &fs->image, start, end);
	/* The last sample ends where the data end. */
	uint64_t distance = (end - start - SAMPLE_SIZE) / (SAMPLE_COUNT - 1);
	int error = 0;
	for (uint64_t i = 0; !error && i < SAMPLE_COUNT; i++)
		error = add(hash, &fs->image, start + i * distance, start + i * distance + SAMPLE_SIZE);
	return error;
}

int identity_of(const struct squashfs *fs, char identity[IDENTITY_LENGTH + 1])
{
	struct sha256 hash;
	sha256_open(&hash);
	sha256_add(&hash, &fs->image.size, sizeof(fs->image.size));
	int error = add_tables(&hash, fs);
	if (!error)
		error = add_samples(&hash, fs);
	if (error)
		return error;

	uint8_t digest[SHA256_SIZE];
	sha256_close(&hash, digest);
	for (size_t i = 0; i < IDENTITY_LENGTH / 2; i++)
		snprintf(identity + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
