/*
 * ELF headers, read as in the System V ABI, chapter 4 ("Object Files") and 5 ("Program Loading"), for both word sizes.
 */
#include "image/elf-size.h"

#include <errno.h>
#include <string.h>

#include "image/image.h"
#include "system/bytes.h"

#define ELF_HEADER_64 64
#define ELF_HEADER_32 52
#define SECTION_HEADER_MAX 64
#define SECTION_NO_BITS 8
#define NAME_MAX_LENGTH 32

/* Tables are read entry by entry, from the file in larger pieces: every start of an AppImage passes here. */
struct window {
	int file;
	uint64_t start;
	size_t size;
	uint8_t data[4096];
};

struct elf_header {
	bool wide; /* ELFCLASS64 */
	uint64_t program_headers;
	uint64_t section_headers;
	uint16_t header_size;
	uint16_t program_header_size, program_header_count;
	uint16_t section_header_size, section_header_count;
	uint16_t section_names;
};

struct section_header {
	uint32_t name, type;
	uint64_t offset, size;
};

static int window_read(struct window *window, uint64_t position, void *out, size_t size)
{
	bool inside = position >= window->start && position - window->start <= window->size &&
		      size <= window->size - (position - window->start);
	if (!inside) {
		int64_t count = file_read_up_to(window->file, position, window->data, sizeof(window->data));
		if (count < 0 || (uint64_t)count < size)
			return -ENOEXEC;
		window->start = position;
		window->size = (size_t)count;
	}
	memcpy(out, window->data + (position - window->start), size);
	return 0;
}

/* An address, offset or size: as wide as the file's class. */
static uint64_t take_word(struct byte_cursor *cursor, bool wide)
{
	return bytes_take_integer(cursor, wide ? 8 : 4);
}

static int read_header(struct window *window, struct elf_header *header)
{
	uint8_t raw[ELF_HEADER_64] = { 0 };
	int error = window_read(window, 0, raw, ELF_HEADER_32);
	if (error)
		return error;
	bool magic = memcmp(raw, "\177ELF", 4) == 0;
	bool known_class = raw[4] == 1 || raw[4] == 2;
	bool little_endian = raw[5] == 1;
	if (!magic || !known_class || !little_endian)
		return -ENOEXEC;
	header->wide = raw[4] == 2;
	if (header->wide && window_read(window, 0, raw, sizeof(raw)))
		return -ENOEXEC;

	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	bytes_take(&at, 16);          /* e_ident */
	bytes_u16(&at);               /* e_type */
	bytes_u16(&at);               /* e_machine */
	bytes_u32(&at);               /* e_version */
	take_word(&at, header->wide); /* e_entry */
	header->program_headers = take_word(&at, header->wide);
	header->section_headers = take_word(&at, header->wide);
	bytes_u32(&at); /* e_flags */
	header->header_size = bytes_u16(&at);
	header->program_header_size = bytes_u16(&at);
	header->program_header_count = bytes_u16(&at);
	header->section_header_size = bytes_u16(&at);
	header->section_header_count = bytes_u16(&at);
	header->section_names = bytes_u16(&at);

	size_t least_program = header->wide ? 56 : 32;
	size_t least_section = header->wide ? 64 : 40;
	bool programs_fit = !header->program_header_count || header->program_header_size >= least_program;
	bool sections_fit = !header->section_header_count || header->section_header_size >= least_section;
	return at.overrun || !programs_fit || !sections_fit ? -ENOEXEC : 0;
}

static int read_section(struct window *window, const struct elf_header *header, uint16_t index, struct section_header *section)
{
	uint8_t raw[SECTION_HEADER_MAX] = { 0 };
	uint64_t position;
	uint64_t distance = (uint64_t)index * header->section_header_size;
	if (__builtin_add_overflow(header->section_headers, distance, &position))
		return -ENOEXEC;
	int error = window_read(window, position, raw, header->wide ? 64 : 40);
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	section->name = bytes_u32(&at);
	section->type = bytes_u32(&at);
	take_word(&at, header->wide); /* sh_flags */
	take_word(&at, header->wide); /* sh_addr */
	section->offset = take_word(&at, header->wide);
	section->size = take_word(&at, header->wide);
	return 0;
}

static int read_segment_end(struct window *window, const struct elf_header *header, uint16_t index, uint64_t *end)
{
	uint8_t raw[56] = { 0 };
	uint64_t position;
	uint64_t distance = (uint64_t)index * header->program_header_size;
	if (__builtin_add_overflow(header->program_headers, distance, &position))
		return -ENOEXEC;
	int error = window_read(window, position, raw, header->wide ? 56 : 32);
	if (error)
		return error;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	bytes_u32(&at); /* p_type */
	if (header->wide)
		bytes_u32(&at); /* p_flags, which 32-bit files have further down */
	uint64_t offset = take_word(&at, header->wide);
	take_word(&at, header->wide); /* p_vaddr */
	take_word(&at, header->wide); /* p_paddr */
	uint64_t size = take_word(&at, header->wide);
	return __builtin_add_overflow(offset, size, end) ? -ENOEXEC : 0;
}

int elf_size(int file, uint64_t *size)
{
	struct window window = { .file = file };
	struct elf_header header;
	int error = read_header(&window, &header);
	if (error)
		return error;

	uint64_t end = header.header_size;
	uint64_t table = (uint64_t)header.section_header_size * header.section_header_count;
	if (header.section_header_count) {
		uint64_t table_end;
		if (__builtin_add_overflow(header.section_headers, table, &table_end))
			return -ENOEXEC;
		end = table_end > end ? table_end : end;
	}
	for (uint16_t i = 0; i < header.program_header_count; i++) {
		uint64_t segment_end;
		error = read_segment_end(&window, &header, i, &segment_end);
		if (error)
			return error;
		end = segment_end > end ? segment_end : end;
	}
	for (uint16_t i = 0; i < header.section_header_count; i++) {
		struct section_header section;
		uint64_t section_end;
		error = read_section(&window, &header, i, &section);
		if (error)
			return error;
		if (section.type == SECTION_NO_BITS)
			continue;
		if (__builtin_add_overflow(section.offset, section.size, &section_end))
			return -ENOEXEC;
		end = section_end > end ? section_end : end;
	}
	*size = end;
	return 0;
}

int elf_find_section(int file, const char *name, struct elf_section *found)
{
	struct window window = { .file = file };
	struct elf_header header;
	int error = read_header(&window, &header);
	if (error)
		return error;
	struct section_header names;
	size_t length = strlen(name) + 1;
	if (header.section_names >= header.section_header_count || length > NAME_MAX_LENGTH)
		return -ENOENT;
	error = read_section(&window, &header, header.section_names, &names);
	if (error)
		return error;
	for (uint16_t i = 0; i < header.section_header_count; i++) {
		struct section_header section;
		char candidate[NAME_MAX_LENGTH];
		error = read_section(&window, &header, i, &section);
		if (error)
			return error;
		if (section.type == SECTION_NO_BITS || section.name > names.size || length > names.size - section.name)
			continue;
		uint64_t position;
		/* Not through the window: names and headers alternate. */
		if (__builtin_add_overflow(names.offset, (uint64_t)section.name, &position) ||
		    file_read_exactly(file, position, candidate, length))
			return -ENOEXEC;
		if (memcmp(candidate, name, length) == 0) {
			*found = (struct elf_section){ .offset = section.offset, .size = section.size };
			return 0;
		}
	}
	return -ENOENT;
}
