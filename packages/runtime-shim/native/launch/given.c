#include "launch/given.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "system/report.h"
#include "system/text.h"

/* The descriptor is left open: exec closes it. Contents that have no lock beside them are in nobody's cache. */
static void lock(const char *contents)
{
	char *path = text_format("%s.lock", contents);
	int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	free(path);
	while (descriptor >= 0 && flock(descriptor, LOCK_SH) && errno == EINTR)
		;
	if (descriptor >= 0)
		futimens(descriptor, NULL);
}

struct given given_read(void)
{
	struct given given = { 0 };
	struct stat status;
	if (!text_variable("TARGET_APPIMAGE"))
		return given;
	given.program = text_variable("TARGET_APPIMAGE_PROGRAM");
	const char *contents = text_variable("TARGET_APPIMAGE_CONTENTS");
	if (!contents)
		return given;
	given.contents = realpath(contents, NULL);
	if (given.contents)
		lock(given.contents);
	if (!given.contents || stat(given.contents, &status) || !S_ISDIR(status.st_mode))
		report_fatal("cannot use TARGET_APPIMAGE_CONTENTS %s: it is no folder", contents);
	return given;
}

void given_name_contents(const struct given *given, const char *directory, char **arguments)
{
	for (size_t i = 1; given->program && arguments[i]; i++) {
		if (!text_starts_with(arguments[i], CONTENTS_WORD))
			continue;
		arguments[i] = text_format("%s%s", directory, arguments[i] + strlen(CONTENTS_WORD));
		return;
	}
}
