#include "extract/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/interrupt.h"
#include "extract/sha256.h"
#include "system/text.h"

#define PIECE_SIZE 65536

static void name_digest(struct sha256 *hash, char name[IDENTITY_LENGTH + 1])
{
	uint8_t digest[SHA256_SIZE];
	sha256_close(hash, digest);
	for (size_t i = 0; i < IDENTITY_LENGTH / 2; i++)
		snprintf(name + 2 * i, 3, "%02x", digest[i]);
}

int identity_of(const struct squashfs *fs, char identity[IDENTITY_LENGTH + 1])
{
	uint64_t size = fs->super.bytes_used;
	uint8_t *piece = malloc(PIECE_SIZE);
	int error = piece ? 0 : -ENOMEM;
	struct sha256 hash;
	sha256_open(&hash);
	for (uint64_t done = 0; !error && done < size; done += PIECE_SIZE) {
		size_t part = size - done < PIECE_SIZE ? (size_t)(size - done) : PIECE_SIZE;
		error = interrupt_is_pending() ? -EINTR : image_read(&fs->image, done, piece, part);
		if (!error)
			sha256_add(&hash, piece, part);
	}
	free(piece);
	if (!error)
		name_digest(&hash, identity);
	return error;
}

/* Any write to the file, and any other file in its place, gives another name. */
static char *seen_name(const struct squashfs *fs)
{
	struct stat status;
	if (fstat(fs->image.file, &status))
		return NULL;
	const uint64_t facts[] = {
		status.st_dev,
		status.st_ino,
		(uint64_t)status.st_size,
		(uint64_t)status.st_mtim.tv_sec,
		(uint64_t)status.st_mtim.tv_nsec,
		(uint64_t)status.st_ctim.tv_sec,
		(uint64_t)status.st_ctim.tv_nsec,
		fs->image.offset,
	};
	char name[IDENTITY_LENGTH + 1];
	struct sha256 hash;
	sha256_open(&hash);
	sha256_add(&hash, facts, sizeof(facts));
	name_digest(&hash, name);
	return text_format("%s%s", name, SEEN_SUFFIX);
}

/* A file that was cut off while it was written counts as not there. */
static bool read_seen(int folder, const char *name, char identity[IDENTITY_LENGTH + 1])
{
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return false;
	char text[IDENTITY_LENGTH + 1];
	bool whole = file_read_up_to(file, 0, text, sizeof(text)) == IDENTITY_LENGTH;
	text[IDENTITY_LENGTH] = '\0';
	whole = whole && strspn(text, "0123456789abcdef") == IDENTITY_LENGTH;
	if (whole) {
		memcpy(identity, text, sizeof(text));
		futimens(file, NULL); /* for eviction */
	}
	close(file);
	return whole;
}

bool identity_recall(const struct squashfs *fs, int folder, char identity[IDENTITY_LENGTH + 1])
{
	char *name = seen_name(fs);
	bool known = name && read_seen(folder, name, identity);
	free(name);
	return known;
}

static void write_seen(int folder, const char *name, const char *identity)
{
	unlinkat(folder, name, 0);
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	if (write(file, identity, IDENTITY_LENGTH) != IDENTITY_LENGTH)
		unlinkat(folder, name, 0);
	close(file);
}

void identity_remember(const struct squashfs *fs, int folder, const char *identity)
{
	char *name = seen_name(fs);
	if (name)
		write_seen(folder, name, identity);
	free(name);
}
