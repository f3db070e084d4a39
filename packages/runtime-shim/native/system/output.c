#include "system/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "system/printable.h"
#include "system/text.h"

static int first_error;
static bool to_terminal;

void output(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (vprintf(format, arguments) < 0 && !first_error)
		first_error = -errno;
	va_end(arguments);
}

void output_look(void)
{
	to_terminal = isatty(STDOUT_FILENO);
	setvbuf(stdout, NULL, to_terminal ? _IOLBF : _IOFBF, BUFSIZ);
}

void output_foreign(const char *text, const char *kept)
{
	char *shown = to_terminal ? text_copy(text) : NULL;
	if (shown)
		make_printable(shown, kept);
	output("%s", shown ? shown : text);
	free(shown);
}

int output_error(void)
{
	return first_error ? first_error : ferror(stdout) ? -EIO : 0;
}

int output_finish(void)
{
	if (fflush(stdout) && !first_error)
		first_error = -errno;
	return output_error();
}
