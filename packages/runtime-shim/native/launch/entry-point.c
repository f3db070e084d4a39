#include "launch/entry-point.h"

#include <stdlib.h>
#include <unistd.h>

#include "filesystem/directory.h"
#include "filesystem/filesystem.h"
#include "system/text.h"

/* An image for several machines has an AppRun for each, in the specification's spelling of their names. */
static const char *const names[] = {
#if defined(__x86_64__)
	"AppRun.x86_64",
#elif defined(__aarch64__)
	"AppRun.aarch64",
#elif defined(__i386__)
	"AppRun.i386",
	"AppRun.i686",
#elif defined(__arm__)
	"AppRun.armhf",
#endif
	"AppRun",
};

const char *entry_point_find(struct filesystem *fs)
{
	struct inode root;
	struct directory_entry entry;
	if (inode_read(fs, fs->root, &root))
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (directory_lookup(fs, &root, names[i], &entry) == 0)
			return names[i];
	}
	return NULL;
}

const char *entry_point_find_in_folder(const char *folder)
{
	size_t last = sizeof(names) / sizeof(names[0]) - 1;
	for (size_t i = 0; i < last; i++) {
		char *path = text_format("%s/%s", folder, names[i]);
		bool there = access(path, F_OK) == 0;
		free(path);
		if (there)
			return names[i];
	}
	return names[last];
}
