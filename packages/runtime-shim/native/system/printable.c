#include "system/printable.h"

#include <stddef.h>
#include <string.h>

/* How many bytes a character of UTF-8 has by its first one; 0 where none begins. Overlong two-byte forms begin nowhere. */
static size_t length_by(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* The length of the character at the beginning of the text, 0 when that is none. */
static size_t length_of(const char *text)
{
	size_t length = length_by((unsigned char)*text);
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

static int is_control(const char *text, size_t length)
{
	unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
	return length == 1 ? first < ' ' || first == 0x7f : first == 0xc2 && second < 0xa0;
}

void make_printable(char *text, const char *kept)
{
	char *to = text;
	while (*text) {
		size_t length = length_of(text);
		if (!length || (is_control(text, length) && !strchr(kept, *text))) {
			*to++ = '?';
		} else {
			memmove(to, text, length);
			to += length;
		}
		text += length ? length : 1;
	}
	*to = '\0';
}
