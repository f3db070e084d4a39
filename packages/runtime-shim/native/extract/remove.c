#include "extract/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_content(int folder)
{
	/* The folders of the cache are not writable. */
	fchmod(folder, 0700);
	DIR *stream = fdopendir(folder);
	if (!stream) {
		close(folder);
		return -errno;
	}
	const struct dirent *entry;
	int error = 0;
	while (!error && (entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			error = remove_tree(dirfd(stream), entry->d_name);
	}
	closedir(stream);
	return error;
}

int remove_tree(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	int error = remove_content(folder);
	if (error)
		return error;
	return unlinkat(parent, name, AT_REMOVEDIR) ? -errno : 0;
}
