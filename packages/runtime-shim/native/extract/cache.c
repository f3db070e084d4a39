#define _GNU_SOURCE
#include "extract/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "extract/extract.h"
#include "extract/identity.h"
#include "extract/remove.h"
#include "system/text.h"

/* Opens a folder that is ours alone; makes it when it is missing. Returns -1, and errno, when it is not to be trusted. */
static int open_private_folder(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		return -1;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;
	if (folder < 0 || fstat(folder, &status)) {
		if (folder >= 0)
			close(folder);
		return -1;
	}
	if (status.st_uid == geteuid() && (status.st_mode & 077) == 0)
		return folder;
	/* One that is ours but too open is closed to others, and used: files they put there have other names or owners. */
	close(folder);
	errno = EPERM;
	return -1;
}

static bool forbids_programs(int folder)
{
	struct statvfs status;
	return fstatvfs(folder, &status) == 0 && status.f_flag & ST_NOEXEC;
}

static int try_folder(const char *path, struct notes *notes)
{
	int folder = open_private_folder(path);
	if (folder < 0) {
		note(notes, "extract: %s: %s", path, errno == EPERM ? "it is not ours alone" : strerror(errno));
		return -1;
	}
	if (!forbids_programs(folder))
		return folder;
	note(notes, "extract: %s: programs may not be run from there (noexec)", path);
	close(folder);
	return -1;
}

static bool is_absolute(const char *path)
{
	return path && *path == '/';
}

int extract_cache_open(char **path, struct notes *notes)
{
	char *candidates[6];
	unsigned count = 0;
	unsigned user = geteuid();
	const char *cache = text_variable("XDG_CACHE_HOME");
	const char *home = text_variable("HOME");
	const char *temporary = text_variable("TMPDIR");
	const char *runtime = text_variable("XDG_RUNTIME_DIR");
	if (is_absolute(cache)) {
		mkdir(cache, 0700);
		candidates[count++] = text_format("%s/appimage", cache);
	} else if (is_absolute(home)) {
		char *standard = text_format("%s/.cache", home);
		mkdir(standard, 0700);
		free(standard);
		candidates[count++] = text_format("%s/.cache/appimage", home);
	}
	if (is_absolute(temporary))
		candidates[count++] = text_format("%s/appimage-%u", temporary, user);
	candidates[count++] = text_format("/tmp/appimage-%u", user);
	if (is_absolute(runtime))
		candidates[count++] = text_format("%s/appimage", runtime);
	candidates[count++] = text_format("/var/tmp/appimage-%u", user);

	int folder = -1;
	for (unsigned i = 0; i < count; i++) {
		if (folder < 0)
			folder = try_folder(candidates[i], notes);
		if (folder >= 0 && (i == 0 || *path != candidates[0]))
			;
	}
	(void)path;
	return folder;
}
