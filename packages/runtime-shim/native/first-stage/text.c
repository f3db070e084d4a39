#include "first-stage/text.h"

#include <errno.h>

void *memcpy(void *to, const void *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
	return to;
}

void *memset(void *to, int value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((volatile uint8_t *)to)[i] = (uint8_t)value;
	return to;
}

size_t text_length(const char *text)
{
	size_t length = 0;
	while (text[length])
		length++;
	return length;
}

bool text_begins_with(const char *text, const char *beginning)
{
	while (*beginning && *text == *beginning)
		text++, beginning++;
	return !*beginning;
}

void line_open(struct line *line)
{
	line->length = 0;
	line->whole = true;
	line->text[0] = '\0';
}

void line_add(struct line *line, const char *text)
{
	for (; *text; text++) {
		if (line->length + 1 >= sizeof(line->text)) {
			line->whole = false;
			return;
		}
		line->text[line->length++] = *text;
		line->text[line->length] = '\0';
	}
}

void line_add_number(struct line *line, uint64_t number)
{
	/* By subtraction: dividing 64 bits is a function of a library on some machines. */
	bool begun = false;
	for (int place = 19; place >= 0; place--) {
		uint64_t power = 1;
		for (int i = 0; i < place; i++)
			power *= 10;
		char digit[] = "0";
		for (; number >= power; number -= power)
			digit[0]++;
		begun = begun || digit[0] != '0' || place == 0;
		if (begun)
			line_add(line, digit);
	}
}

void line_add_error(struct line *line, long error)
{
	switch (error) {
	case -EACCES:
		return line_add(line, "Permission denied");
	case -EPERM:
		return line_add(line, "Operation not permitted");
	case -ENOENT:
		return line_add(line, "No such file or directory");
	case -ENOEXEC:
		return line_add(line, "Exec format error");
	case -ENOMEM:
		return line_add(line, "Cannot allocate memory");
	case -ENOSPC:
		return line_add(line, "No space left on device");
	case -EDQUOT:
		return line_add(line, "Disk quota exceeded");
	case -EROFS:
		return line_add(line, "Read-only file system");
	case -EMFILE:
		return line_add(line, "Too many open files");
	case -EIO:
		return line_add(line, "Input/output error");
	case -E2BIG:
		return line_add(line, "Argument list too long");
	case -ENOSYS:
		return line_add(line, "Function not implemented");
	default:
		line_add(line, "error ");
		line_add_number(line, (uint64_t)-error);
	}
}
