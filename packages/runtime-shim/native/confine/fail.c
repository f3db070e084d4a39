#include "confine/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/printable.h"

/* One write for one line. Paths among the arguments may come from an image. */
static void write_line(const char *format, va_list arguments, int error)
{
	char *text = NULL;
	if (vasprintf(&text, format, arguments) < 0)
		return;
	make_printable(text, "");
	if (error)
		dprintf(STDERR_FILENO, "confine: %s: %s\n", text, strerror(error));
	else
		dprintf(STDERR_FILENO, "confine: %s\n", text);
	free(text);
}

void fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	write_line(format, arguments, 0);
	va_end(arguments);
	_exit(EXIT_FAILURE);
}

void fail_with(int status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	write_line(format, arguments, 0);
	va_end(arguments);
	_exit(status);
}

void fail_errno(const char *format, ...)
{
	int error = errno;
	va_list arguments;
	va_start(arguments, format);
	write_line(format, arguments, error);
	va_end(arguments);
	_exit(EXIT_FAILURE);
}

void *allocate(unsigned long count, unsigned long size)
{
	void *memory = calloc(count, size);
	if (!memory)
		fail("not enough memory");
	return memory;
}

void *grow(void *list, unsigned long count, unsigned long size)
{
	void *memory = reallocarray(list, count + 1, size);
	if (!memory)
		fail("not enough memory");
	return memory;
}
