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

#include "mount/mount.h"
#include "system/text.h"

/* The program, its options and the script come first; what follows may be megabytes of other things. */
#define ARGUMENTS_MAX 4096

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

static bool names(int processes, const char *pid, const char *point, char *buffer)
{
	char path[32];
	struct stat status;
	snprintf(path, sizeof(path), "%.20s/cmdline", pid);
	int file = openat(processes, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	ssize_t length = fstat(file, &status) == 0 && status.st_uid == geteuid() ? read(file, buffer, ARGUMENTS_MAX) : 0;
	close(file);
	size_t size = strlen(point);
	for (char *at = buffer; length > 0 && (at = memmem(at, (size_t)(buffer + length - at), point, size)); at += size) {
		if (at + size < buffer + length && at[size] == '/')
			return true;
	}
	return false;
}

bool mount_is_named(const char *point)
{
	DIR *stream = opendir("/proc");
	const struct dirent *entry;
	char buffer[ARGUMENTS_MAX];
	bool named = false;
	while (stream && !named && (entry = readdir(stream)))
		named = *entry->d_name >= '1' && *entry->d_name <= '9' && names(dirfd(stream), entry->d_name, point, buffer);
	if (stream)
		closedir(stream);
	return named;
}
