#include "mount/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "image/image.h"
#include "system/text.h"

/* More of the arguments or of the environment of a process is not looked at. */
#define TEXT_MAX (256 * 1024)

bool mount_is_there(const char *point)
{
	struct stat on, around;
	char *folder = text_copy_part(point, (unsigned long)(text_base_name(point) - point));
	bool known = stat(folder, &around) == 0;
	free(folder);
	/* The attributes of the root often outlive the server in the kernel's memory; where they do not, the error tells. */
	if (stat(point, &on))
		return errno == ENOTCONN;
	return known && on.st_dev != around.st_dev;
}

bool mount_is_dead(const char *point)
{
	/* Not stat(2): the attributes of the root outlive the server in the kernel's memory. */
	struct statfs status;
	return statfs(point, &status) < 0 && errno == ENOTCONN;
}

struct sought {
	const char *text; /* what to find */
	char behind;      /* what has to follow it */
};

/* Looks for it in a file of a process of this user. */
static bool holds(int processes, const char *pid, const char *file_name, const struct sought *sought, char *buffer)
{
	char path[32];
	struct stat status;
	snprintf(path, sizeof(path), "%.16s/%s", pid, file_name);
	int file = openat(processes, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	bool ours = fstat(file, &status) == 0 && status.st_uid == geteuid();
	int64_t length = ours ? file_read_up_to(file, 0, buffer, TEXT_MAX) : 0;
	close(file);
	size_t size = strlen(sought->text);
	for (char *at = buffer; length > 0 && (at = memmem(at, (size_t)(buffer + length - at), sought->text, size));
	     at += size) {
		if (at + size < buffer + length && at[size] == sought->behind)
			return true;
	}
	return false;
}

bool mount_is_named(const char *point, bool in_environment)
{
	DIR *stream = opendir("/proc");
	const struct dirent *entry;
	char *buffer = malloc(TEXT_MAX), *appdir = text_format("APPDIR=%s", point);
	const struct sought argument = { .text = point, .behind = '/' }, variable = { .text = appdir, .behind = '\0' };
	bool named = false;
	while (stream && buffer && !named && (entry = readdir(stream))) {
		const char *pid = entry->d_name;
		if (*pid >= '1' && *pid <= '9')
			named = holds(dirfd(stream), pid, "cmdline", &argument, buffer) ||
				(in_environment && holds(dirfd(stream), pid, "environ", &variable, buffer));
	}
	free(appdir);
	free(buffer);
	if (stream)
		closedir(stream);
	return named;
}
