#include "mount/everyone.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "system/text.h"

static bool may_be_searched(const char *folder)
{
	struct stat status;
	return stat(folder, &status) == 0 && status.st_mode & S_IXOTH;
}

bool mount_is_for_everyone(const char *path, int file)
{
	struct stat status;
	bool readable = fstat(file, &status) == 0 && status.st_mode & S_IROTH;
	for (const char *slash = path; readable && (slash = strchr(slash, '/')); slash++) {
		char *folder = text_copy_part(path, (unsigned long)(slash - path) + 1);
		readable = may_be_searched(folder);
		free(folder);
	}
	return readable;
}
