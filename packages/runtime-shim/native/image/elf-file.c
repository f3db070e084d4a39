#include "image/elf-file.h"

#include <errno.h>
#include <string.h>

#include "image/image.h"
#include "system/bytes.h"

#define ELF_HEADER_64 64
#define ELF_HEADER_32 52

static int window_read(struct elf_file *elf, uint64_t position, void *out, size_t size)
{
	struct elf_window *window = &elf->window;
	bool inside = position >= window->start && position - window->start <= window->size &&
		      size <= window->size - (position - window->start);
	if (!inside) {
		int64_t count = file_read_up_to(elf->file, position, window->data, sizeof(window->data));
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

int elf_open(struct elf_file *elf, int file)
{
	uint8_t raw[ELF_HEADER_64] = { 0 };
	elf->file = file;
	elf->window.start = elf->window.size = 0;
	int error = window_read(elf, 0, raw, ELF_HEADER_32);
	if (error)
		return error;
	bool magic = memcmp(raw, "\177ELF", 4) == 0;
	bool known_class = raw[4] == 1 || raw[4] == 2;
	bool little_endian = raw[5] == 1;
	if (!magic || !known_class || !little_endian)
		return -ENOEXEC;
	elf->wide = raw[4] == 2;
	if (elf->wide && window_read(elf, 0, raw, sizeof(raw)))
		return -ENOEXEC;

	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	bytes_take(&at, 16); /* e_ident */
	bytes_u16(&at);      /* e_type */
	elf->machine = bytes_u16(&at);
	bytes_u32(&at);            /* e_version */
	take_word(&at, elf->wide); /* e_entry */
	elf->program_headers = take_word(&at, elf->wide);
	elf->section_headers = take_word(&at, elf->wide);
	bytes_u32(&at); /* e_flags */
	elf->header_size = bytes_u16(&at);
	elf->program_header_size = bytes_u16(&at);
	elf->program_header_count = bytes_u16(&at);
	elf->section_header_size = bytes_u16(&at);
	elf->section_header_count = bytes_u16(&at);
	elf->section_names = bytes_u16(&at);

	size_t least_program = elf->wide ? 56 : 32;
	size_t least_section = elf->wide ? 64 : 40;
	bool programs_fit = !elf->program_header_count || elf->program_header_size >= least_program;
	bool sections_fit = !elf->section_header_count || elf->section_header_size >= least_section;
	return at.overrun || !programs_fit || !sections_fit ? -ENOEXEC : 0;
}

/* An entry of a table whose entries are so far apart: its first bytes. Returns 0 or -ENOEXEC. */
static int read_entry(struct elf_file *elf, uint64_t table, uint64_t distance, uint8_t *raw, size_t length)
{
	uint64_t position;
	bool fits = !__builtin_add_overflow(table, distance, &position);
	return fits && !window_read(elf, position, raw, length) ? 0 : -ENOEXEC;
}

int elf_read_section(struct elf_file *elf, uint16_t index, struct elf_section_header *section)
{
	uint8_t raw[64] = { 0 };
	uint64_t distance = (uint64_t)index * elf->section_header_size;
	if (read_entry(elf, elf->section_headers, distance, raw, elf->wide ? 64 : 40))
		return -ENOEXEC;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	section->name = bytes_u32(&at);
	section->type = bytes_u32(&at);
	take_word(&at, elf->wide); /* sh_flags */
	take_word(&at, elf->wide); /* sh_addr */
	section->offset = take_word(&at, elf->wide);
	section->size = take_word(&at, elf->wide);
	return 0;
}

int elf_read_segment(struct elf_file *elf, uint16_t index, struct elf_segment *segment)
{
	uint8_t raw[56] = { 0 };
	uint64_t distance = (uint64_t)index * elf->program_header_size;
	if (read_entry(elf, elf->program_headers, distance, raw, elf->wide ? 56 : 32))
		return -ENOEXEC;
	struct byte_cursor at = bytes_over(raw, sizeof(raw));
	segment->type = bytes_u32(&at);
	if (elf->wide)
		bytes_u32(&at); /* p_flags, which 32-bit files have further down */
	segment->offset = take_word(&at, elf->wide);
	take_word(&at, elf->wide); /* p_vaddr */
	take_word(&at, elf->wide); /* p_paddr */
	segment->size = take_word(&at, elf->wide);
	return 0;
}
