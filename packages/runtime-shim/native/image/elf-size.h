/*
 * Where an ELF file ends by its own account: that is where the payload of a type 2 AppImage begins.
 */
#ifndef IMAGE_ELF_SIZE_H
#define IMAGE_ELF_SIZE_H

#include <stdbool.h>
#include <stdint.h>

struct elf_section {
	uint64_t offset;
	uint64_t size;
};

/* Returns 0 and the end of the ELF file, -ENOEXEC for anything that is no well-formed little-endian ELF, or -EIO. */
int elf_size(int file, uint64_t *size);

/* Finds a section with file content by its name. Returns 0, -ENOENT, -ENOEXEC or -EIO. */
int elf_find_section(int file, const char *name, struct elf_section *section);

#endif
