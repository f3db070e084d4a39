/* An AppImage of any bytes: where its payload begins, and what its sections hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filesystem/filesystem.h"
#include "fuzz/targets.h"
#include "image/content.h"
#include "image/elf-size.h"
#include "image/image.h"
#include "image/sections.h"
#include "mount/ladder.h"

static const char *const names[] = { ".upd_info", ".sha256_sig", ".sig_key", ".digest_md5", "", ".no_such_section" };

static void read_sections(const struct image *image, size_t size)
{
	uint8_t digest[PAYLOAD_DIGEST_SIZE];
	char mode[MOUNT_MODE_SIZE + 1];
	content_key key;
	struct elf_section section;
	struct ladder_choice choice;
	const char *unknown;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (elf_find_section(image->file, names[i], &section) == 0 && section.offset > size && section.size)
			file_read_exactly(image->file, section.offset, digest, 1);
	}
	section_payload_digest(image, digest);
	section_mount_mode(image, mode);
	if (strlen(mode) > MOUNT_MODE_SIZE)
		abort();
	/* What an image asks for can be unknown, but never an error. */
	if (!ladder_choose(mode, &choice, &unknown))
		abort();
	const char *why;
	struct image_extent extent;
	bool there = filesystem_extent(image, &extent, &why) == 0;
	if (there && (extent.start > image->size || extent.size > image->size - extent.start))
		abort();
	if (!there)
		extent = (struct image_extent){ .size = image->size };
	if (extent.size > 65536)
		extent.size = 65536;
	content_key_claimed(image, extent.start, key);
	if (content_digest(image, &extent, NULL, digest) == 0)
		content_key_of(image, extent.start, digest, key);
}

void fuzz_elf(const uint8_t *data, size_t size)
{
	static const char *const offsets[] = { NULL, "0", "96", "18446744073709551615", "-1", "1e3", "" };
	char path[64];
	int file = fuzz_file(data, size, 0);
	uint64_t end;
	elf_size(file, &end);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct image image;
		const char *why;
		if (image_open(&image, path, offsets[i], &why))
			continue;
		if (image.offset >= size || image.size != size - image.offset)
			abort();
		read_sections(&image, size);
		close(image.file);
	}
}
