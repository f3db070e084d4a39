#include "system/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/report.h"

static char *or_die(char *text)
{
	if (!text)
		report_fatal("not enough memory");
	return text;
}

char *text_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return or_die(text);
}

char *text_copy(const char *text)
{
	return or_die(strdup(text));
}

char *text_copy_part(const char *text, unsigned long length)
{
	return or_die(strndup(text, length));
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

#define DISTANCE_MAX 64

size_t text_distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX], length = strlen(b);
	if (length >= DISTANCE_MAX)
		return DISTANCE_MAX;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t changed = diagonal + (a[i] != b[j]);
			size_t shorter = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
			diagonal = row[j + 1];
			row[j + 1] = changed < shorter ? changed : shorter;
		}
	}
	return row[length];
}

const char *text_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

const char *text_variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

bool text_variable_is_on(const char *name)
{
	const char *value = text_variable(name);
	return value && strcmp(value, "0") != 0;
}
