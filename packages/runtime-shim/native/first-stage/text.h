/*
 * The little that is needed of text, and what the compiler calls on its own.
 */
#ifndef FIRST_STAGE_TEXT_H
#define FIRST_STAGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t text_length(const char *text);
bool text_begins_with(const char *text, const char *beginning);

/* Text in a buffer of a fixed size. What does not fit any more is not there; `whole` then is false. */
struct line {
	char text[8192];
	size_t length;
	bool whole;
};

void line_open(struct line *line);
void line_add(struct line *line, const char *text);
void line_add_number(struct line *line, uint64_t number);

/* The kernel's word for a negative errno; its number for one that is not to be expected here. */
void line_add_error(struct line *line, long error);

#endif
