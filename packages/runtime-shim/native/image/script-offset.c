#include "image/script-offset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "system/text.h"

#define LINES_MAX 64
#define HEAD_SIZE 16384

/* The number behind one of the two names, or the one before. */
static uint64_t take_line(const char *line, uint64_t before)
{
	if (!text_starts_with(line, "image_offset=") && !text_starts_with(line, "sfs_offset="))
		return before;
	const char *number = strchr(line, '=') + 1;
	size_t digits = strspn(number, "0123456789");
	if (!digits || number[digits + strspn(number + digits, " \t")])
		return before;
	errno = 0;
	unsigned long long value = strtoull(number, NULL, 10);
	return errno ? before : value;
}

int script_offset(int file, uint64_t *offset)
{
	static char head[HEAD_SIZE + 1];
	int64_t size = file_read_up_to(file, 0, head, HEAD_SIZE);
	head[size < 0 ? 0 : size] = '\0';
	if (!text_starts_with(head, "#!/bin/sh\n#.shImg.#\n"))
		return -ENOEXEC;
	*offset = 0;
	char *line = head;
	for (int i = 0; line && i < LINES_MAX; i++) {
		char *end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		*offset = take_line(line, *offset);
		line = end;
	}
	return *offset ? 0 : -ENOEXEC;
}
