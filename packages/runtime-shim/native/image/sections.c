#include "image/sections.h"

#include <string.h>

#include "image/elf-size.h"

/*
 * The names and sizes of the first four are those that existing tools look for. Volatile: what the compiler sees here is not
 * what a finished image has.
 */
#define RESERVED(name) __attribute__((used, retain, section(name), aligned(1)))

RESERVED(".upd_info") static const volatile uint8_t update_information[1024];
RESERVED(".sha256_sig") static const volatile uint8_t signature[1024];
RESERVED(".sig_key") static const volatile uint8_t signing_key[8192];
RESERVED(".digest_md5") static const volatile uint8_t digest_md5[16];
RESERVED(".payload_sha256") static const volatile uint8_t payload_sha256[PAYLOAD_DIGEST_SIZE];
RESERVED(".mount_mode") static const volatile uint8_t mount_mode[MOUNT_MODE_SIZE];

/* From the file; zeros where it has no such section of that size, as another runtime's. */
static void read_from_file(const struct image *image, const char *name, uint8_t *content, size_t size)
{
	struct elf_section section;
	bool there = elf_find_section(image->file, name, &section) == 0 && section.size == size &&
		     file_read_exactly(image->file, section.offset, content, size) == 0;
	if (!there)
		memset(content, 0, size);
}

/* The running file is mapped: its sections cost no system call. */
static void read_section(const struct image *image, const char *name, const volatile uint8_t *mapped, uint8_t *content,
			 size_t size)
{
	memset(content, 0, size);
	if (image->sections == SECTIONS_OF_FILE)
		read_from_file(image, name, content, size);
	for (size_t i = 0; image->sections == SECTIONS_MAPPED && i < size; i++)
		content[i] = mapped[i];
}

bool section_payload_digest(const struct image *image, uint8_t digest[PAYLOAD_DIGEST_SIZE])
{
	static const uint8_t none[PAYLOAD_DIGEST_SIZE];
	read_section(image, ".payload_sha256", payload_sha256, digest, PAYLOAD_DIGEST_SIZE);
	return memcmp(digest, none, sizeof(none)) != 0;
}

void section_mount_mode(const struct image *image, char mode[MOUNT_MODE_SIZE + 1])
{
	read_section(image, ".mount_mode", mount_mode, (uint8_t *)mode, MOUNT_MODE_SIZE);
	mode[MOUNT_MODE_SIZE] = '\0';
}
