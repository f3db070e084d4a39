#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "extract/cache-folder.h"
#include "extract/evict.h"
#include "system/output.h"
#include "system/report.h"

int command_cache_clean(char **arguments, char *called_as)
{
	(void)called_as;
	struct appimage app;
	struct notes notes = { 0 };
	struct cleaning cleaning = { .only = *arguments ? arguments : NULL };
	unsigned next = 0;
	char *path;
	int folder;
	appimage_find(&app); /* the variables beside it may say where the cache is */
	while ((folder = cache_folder_find(&next, &path, &notes)) >= 0) {
		unsigned before = cleaning.removed;
		cache_clean(folder, path, &cleaning);
		if (cleaning.removed > before)
			output("%s: %u removed\n", path, cleaning.removed - before);
		close(folder);
		rmdir(path); /* stays where something else is in it */
		free(path);
	}
	if (!cleaning.removed)
		output("nothing to remove\n");
	if (cleaning.in_use)
		report("%u extracted images are in use and stay", cleaning.in_use);
	if (cleaning.error)
		report("cannot remove all of the extraction cache: %s", strerror(-cleaning.error));
	return cleaning.error ? 1 : 0;
}
