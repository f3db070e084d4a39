#include "system/report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/printable.h"

/* One write for one line: several AppImages often share a terminal or a log. */
static void write_line(const char *format, va_list arguments)
{
	char *text = NULL;
	int length = vasprintf(&text, format, arguments);
	if (length < 0)
		return;
	make_printable(text, "");
	dprintf(STDERR_FILENO, "AppImage: %s\n", text);
	free(text);
}

void report(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	write_line(format, arguments);
	va_end(arguments);
}

void report_fatal(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	write_line(format, arguments);
	va_end(arguments);
	exit(EXIT_LAUNCH);
}

void note(struct notes *notes, const char *format, ...)
{
	char **lines = realloc(notes->lines, (notes->count + 1) * sizeof(*lines));
	if (!lines)
		return;
	notes->lines = lines;
	va_list arguments;
	va_start(arguments, format);
	bool written = vasprintf(&lines[notes->count], format, arguments) >= 0;
	va_end(arguments);
	if (written)
		make_printable(lines[notes->count], "");
	for (unsigned long i = 0; written && i < notes->count; i++)
		written = strcmp(lines[i], lines[notes->count]) != 0; /* said once, it need not be said again */
	notes->count += written;
}

void notes_print(const struct notes *notes, FILE *stream)
{
	for (unsigned long i = 0; i < notes->count; i++)
		fprintf(stream, "  %s\n", notes->lines[i]);
	fflush(stream);
}
