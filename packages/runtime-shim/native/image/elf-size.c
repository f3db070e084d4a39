#include "image/elf-size.h"

#include <errno.h>
#include <string.h>

#include "image/elf-file.h"
#include "image/image.h"

#define NAME_MAX_LENGTH 32

/* The end of something in the file, when that is further than what was known. */
static int reach(uint64_t *end, uint64_t offset, uint64_t size)
{
	uint64_t own_end;
	if (__builtin_add_overflow(offset, size, &own_end))
		return -ENOEXEC;
	*end = own_end > *end ? own_end : *end;
	return 0;
}

int elf_size(int file, uint64_t *size)
{
	struct elf_file elf;
	int error = elf_open(&elf, file);
	uint64_t end = error ? 0 : elf.header_size;
	if (!error && elf.section_header_count)
		error = reach(&end, elf.section_headers, (uint64_t)elf.section_header_size * elf.section_header_count);
	for (uint16_t i = 0; !error && i < elf.program_header_count; i++) {
		struct elf_segment segment;
		error = elf_read_segment(&elf, i, &segment);
		if (!error)
			error = reach(&end, segment.offset, segment.size);
	}
	for (uint16_t i = 0; !error && i < elf.section_header_count; i++) {
		struct elf_section_header section;
		error = elf_read_section(&elf, i, &section);
		if (!error && section.type != ELF_SECTION_NO_BITS)
			error = reach(&end, section.offset, section.size);
	}
	*size = end;
	return error;
}

int elf_find_section(int file, const char *name, struct elf_section *found)
{
	struct elf_file elf;
	struct elf_section_header names;
	int error = elf_open(&elf, file);
	if (error)
		return error;
	size_t length = strlen(name) + 1;
	if (elf.section_names >= elf.section_header_count || length > NAME_MAX_LENGTH)
		return -ENOENT;
	error = elf_read_section(&elf, elf.section_names, &names);
	for (uint16_t i = 0; !error && i < elf.section_header_count; i++) {
		struct elf_section_header section;
		char candidate[NAME_MAX_LENGTH];
		uint64_t position;
		error = elf_read_section(&elf, i, &section);
		if (error || section.type == ELF_SECTION_NO_BITS || section.name > names.size ||
		    length > names.size - section.name)
			continue;
		/* Not through the window: names and headers alternate. */
		if (__builtin_add_overflow(names.offset, (uint64_t)section.name, &position) ||
		    file_read_exactly(file, position, candidate, length))
			return -ENOEXEC;
		if (memcmp(candidate, name, length) == 0) {
			*found = (struct elf_section){ .offset = section.offset, .size = section.size };
			return 0;
		}
	}
	return error ? error : -ENOENT;
}
