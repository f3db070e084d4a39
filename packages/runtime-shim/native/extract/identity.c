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
#include "system/sha256.h"
#include "system/text.h"

int identity_of(const struct filesystem *fs, content_key key, bool *differs)
{
	uint8_t embedded[PAYLOAD_DIGEST_SIZE], found[PAYLOAD_DIGEST_SIZE];
	int error = content_digest(&fs->image, &fs->extent, interrupt_is_pending, found);
	if (error)
		return error;
	*differs = section_payload_digest(&fs->image, embedded) && memcmp(embedded, found, sizeof(found)) != 0;
	return content_key_of(&fs->image, fs->extent.start, found, key);
}

/* Any write to the file, and any other file in its place, gives another name. */
static char *seen_name(const struct filesystem *fs)
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
	uint8_t digest[SHA256_SIZE];
	content_key name;
	struct sha256 hash;
	sha256_open(&hash);
	sha256_add(&hash, facts, sizeof(facts));
	sha256_close(&hash, digest);
	sha256_name(digest, name, CONTENT_KEY_LENGTH);
	return text_format("%s%s", name, SEEN_SUFFIX);
}

/* A file that was cut off while it was written counts as not there. */
static bool read_seen(int folder, const char *name, content_key key)
{
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return false;
	content_key text;
	bool whole = file_read_up_to(file, 0, text, sizeof(text)) == CONTENT_KEY_LENGTH;
	text[CONTENT_KEY_LENGTH] = '\0';
	whole = whole && strspn(text, "0123456789abcdef") == CONTENT_KEY_LENGTH;
	if (whole) {
		memcpy(key, text, sizeof(text));
		futimens(file, NULL); /* for eviction */
	}
	close(file);
	return whole;
}

bool identity_recall(const struct filesystem *fs, int folder, content_key key)
{
	char *name = seen_name(fs);
	bool known = name && read_seen(folder, name, key);
	free(name);
	return known;
}

static void write_seen(int folder, const char *name, const char *key)
{
	unlinkat(folder, name, 0);
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	if (write(file, key, CONTENT_KEY_LENGTH) != CONTENT_KEY_LENGTH)
		unlinkat(folder, name, 0);
	close(file);
}

void identity_remember(const struct filesystem *fs, int folder, const char *key)
{
	char *name = seen_name(fs);
	if (name)
		write_seen(folder, name, key);
	free(name);
}
