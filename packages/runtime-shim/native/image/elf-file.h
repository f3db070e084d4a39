/*
 * The headers of an ELF file, as in the System V ABI, chapter 4 ("Object Files") and 5 ("Program Loading"), for both word sizes.
 */
#ifndef IMAGE_ELF_FILE_H
#define IMAGE_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENT_INTERPRETER 3
#define ELF_SECTION_NO_BITS 8

/* Tables are read entry by entry, from the file in larger pieces: every start of an AppImage passes here. */
struct elf_window {
	uint64_t start;
	size_t size;
	uint8_t data[4096];
};

struct elf_file {
	int file;
	struct elf_window window;
	bool wide; /* ELFCLASS64 */
	uint16_t machine;
	uint64_t program_headers;
	uint64_t section_headers;
	uint16_t header_size;
	uint16_t program_header_size, program_header_count;
	uint16_t section_header_size, section_header_count;
	uint16_t section_names;
};

struct elf_segment {
	uint32_t type;
	uint64_t offset, size; /* in the file */
};

struct elf_section_header {
	uint32_t name, type;
	uint64_t offset, size;
};

/* Returns 0, or -ENOEXEC for anything that is no well-formed little-endian ELF header. */
int elf_open(struct elf_file *elf, int file);

/* The entries of the two tables. Return 0 or -ENOEXEC. */
int elf_read_segment(struct elf_file *elf, uint16_t index, struct elf_segment *segment);
int elf_read_section(struct elf_file *elf, uint16_t index, struct elf_section_header *section);

#endif
