#include "mount/shared-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/text.h"
#include "system/trusted-folder.h"

enum candidate { IN_XDG_RUNTIME_DIR, IN_TMPDIR, IN_TMP, IN_VAR_TMP, CANDIDATES };

/* NULL for one that does not exist here. */
static char *path_of(unsigned candidate, struct notes *notes)
{
	const char *const bases[] = { text_variable("XDG_RUNTIME_DIR"), text_variable("TMPDIR"), "/tmp", "/var/tmp" };
	const char *base = bases[candidate];
	struct stat status;
	char *trusted = base && *base == '/' ? trusted_folder(base, "keep", notes) : NULL;
	char *path = NULL;
	if (trusted && candidate != IN_XDG_RUNTIME_DIR)
		path = text_format("%s/appimage-%u", trusted, geteuid());
	/* Kept by su and sudo, it is another user's. */
	else if (trusted && stat(trusted, &status) == 0 && status.st_uid == geteuid())
		path = text_format("%s/appimage", trusted);
	free(trusted);
	return path;
}

static int open_private(const char *path, bool make)
{
	if (make && mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	struct stat status;
	int error = fstat(folder, &status) ? -errno : 0;
	if (!error && (status.st_uid != geteuid() || status.st_mode & 077))
		error = -EPERM;
	if (!error)
		return folder;
	close(folder);
	return error;
}

int shared_folder_open(unsigned *next, bool make, char **path, struct notes *notes)
{
	while (*next < CANDIDATES) {
		*path = path_of((*next)++, notes);
		if (!*path)
			continue;
		int folder = open_private(*path, make);
		if (folder >= 0)
			return folder;
		if (folder != -ENOENT)
			note(notes, "keep: %s: %s", *path,
			     folder == -EPERM ? "it is not this user's alone (mode 0700)" : strerror(-folder));
		free(*path);
	}
	*path = NULL;
	return -1;
}
