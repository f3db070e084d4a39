#include "extract/identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "extract/sha256.h"

/* The superblock and the beginning of the content; and the end, where the tables are. */
#define SAMPLE 32768

static int add_sample(struct sha256 *hash, const struct image *image, uint64_t position, uint64_t size)
{
	static uint8_t sample[SAMPLE];
	int error = image_read(image, position, sample, size);
	if (!error)
		sha256_add(hash, sample, size);
	return error;
}

int identity_of(const struct image *image, char identity[IDENTITY_LENGTH + 1])
{
	struct stat status;
	struct sha256 hash;
	if (fstat(image->file, &status))
		return -errno;
	/*
	 * Whoever writes to a file cannot keep its change time as it was, so these are enough on any ordinary file system; the
	 * samples are for those that make up inode numbers and times.
	 */
	const uint64_t facts[] = {
		(uint64_t)status.st_dev,          (uint64_t)status.st_ino,
		(uint64_t)status.st_size,         (uint64_t)status.st_mtim.tv_sec,
		(uint64_t)status.st_mtim.tv_nsec, (uint64_t)status.st_ctim.tv_sec,
		(uint64_t)status.st_ctim.tv_nsec, image->offset,
	};
	sha256_open(&hash);
	sha256_add(&hash, facts, sizeof(facts));
	uint64_t size = image->size < SAMPLE ? image->size : SAMPLE;
	int error = add_sample(&hash, image, 0, size);
	if (!error)
		error = add_sample(&hash, image, image->size - size, size);
	if (error)
		return error;

	uint8_t digest[SHA256_SIZE];
	sha256_close(&hash, digest);
	for (size_t i = 0; i < IDENTITY_LENGTH / 2; i++)
		snprintf(identity + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
