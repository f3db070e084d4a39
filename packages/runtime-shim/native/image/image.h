/*
 * An AppImage on disk: the file, and the part of it that is the payload.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an image's reserved sections are (sections.h). */
enum image_sections {
	SECTIONS_NONE,    /* it has none, or nothing tells which are its own */
	SECTIONS_OF_FILE, /* in the ELF part before the payload */
	SECTIONS_MAPPED,  /* in this program, which is that ELF part */
};

struct image {
	int file;        /* close-on-exec */
	uint64_t offset; /* of the payload in the file */
	uint64_t size;   /* of the payload, in bytes */
	enum image_sections sections;
};

/* A part of a payload, in bytes from its beginning. */
struct image_extent {
	uint64_t start;
	uint64_t size;
};

/* Reads as much as there is. Returns how many bytes that were, or a negative errno. */
int64_t file_read_up_to(int file, uint64_t position, void *buffer, size_t size);

/* Fills `buffer` from an open file. Returns 0, -ENODATA when the file ends before, or what the kernel says. */
int file_read_exactly(int file, uint64_t position, void *buffer, size_t size);

/* The same, with positions in the payload: nothing before it or behind it can be read. */
int image_read(const struct image *image, uint64_t position, void *buffer, size_t size);

/* Whether an ISO 9660 image begins there, whose first 32 KiB may be anything. */
bool image_is_iso9660(int file, uint64_t offset);

/*
 * Opens the AppImage at `path` and finds its payload: behind the ELF part, at the very beginning when the file is an ISO 9660
 * image (also one that begins with a program: of type 1) or a bare SquashFS image, where the script of a shImg says, or where
 * TARGET_APPIMAGE_OFFSET does (set by the shell runtime of a shImg).
 * Returns 0 or a negative errno; `*why` then is a static text.
 */
int image_open(struct image *image, const char *path, const char *offset_text, const char **why);

#endif
