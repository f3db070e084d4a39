#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mount/mount.h"
#include "system/text.h"

#define NAME_LENGTH 6

static char *try_below(const char *folder, const char *app_name, struct notes *notes)
{
	if (!folder || *folder != '/')
		return NULL;
	/* Cut by bytes: half a character in a directory's name harms nobody. */
	char *path = text_format("%s/.mount_%.*sXXXXXX", folder, NAME_LENGTH, app_name);
	if (mkdtemp(path))
		return path;
	note(notes, "mount point: cannot make a directory in %s: %s", folder, strerror(errno));
	free(path);
	return NULL;
}

char *mount_point_create(const char *app_name, struct notes *notes)
{
	const char *const folders[] = { text_variable("TMPDIR"), "/tmp", text_variable("XDG_RUNTIME_DIR"), "/var/tmp" };
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *point = try_below(folders[i], app_name, notes);
		if (point)
			return point;
	}
	return NULL;
}
