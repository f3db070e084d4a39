#include "system/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int first_error;

void output(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (vprintf(format, arguments) < 0 && !first_error)
		first_error = -errno;
	va_end(arguments);
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
