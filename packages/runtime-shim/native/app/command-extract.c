#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "extract/extract.h"
#include "filesystem/walk.h"
#include "system/confine.h"
#include "system/output.h"
#include "system/report.h"

#define DEFAULT_TARGET "squashfs-root"

/*
 * The user names this folder, so links on the way to it are theirs to follow. What was not typed may be somebody's trap: then its
 * last part may be no link, and what is there already has to be the user's own. -EOWNERDEAD: it is not.
 */
static int open_target(const char *path, bool typed)
{
	struct stat status;
	bool made = mkdir(path, 0755) == 0;
	if (!made && errno != EEXIST)
		return -errno;
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (typed ? 0 : O_NOFOLLOW));
	if (folder < 0)
		return -errno;
	if (made || typed || (fstat(folder, &status) == 0 && status.st_uid == geteuid()))
		return folder;
	close(folder);
	return -EOWNERDEAD;
}

static size_t count_arguments(char **arguments)
{
	size_t count = 0;
	while (arguments[count])
		count++;
	return count;
}

int command_extract(char **arguments, char *called_as)
{
	(void)called_as;
	const char *target = DEFAULT_TARGET;
	bool typed = arguments[0] && strcmp(arguments[0], "--to") == 0;
	if (typed) {
		target = arguments[1];
		if (!target || !*target) {
			report("--appimage-extract --to needs the name of a directory");
			return 1;
		}
		arguments += 2;
	}
	struct appimage app;
	appimage_open(&app);
	appimage_open_payload(&app);
	int folder = open_target(target, typed);
	if (folder < 0) {
		report("cannot extract to %s: %s", target,
		       folder == -EOWNERDEAD ? "it is there and belongs to somebody else; --to DIR names another one"
					     : strerror(-folder));
		return 1;
	}
	output_look();
	signal(SIGXFSZ, SIG_IGN); /* the message says what was too large */
	char *failed;
	struct extraction extraction = {
		.fs = &app.fs,
		.target = folder,
		.shown = target,
		.patterns = arguments,
		.pattern_count = count_arguments(arguments),
		.workers = app.workers,
	};
	confine_writer(folder);
	long extracted = extract_tree(&extraction, &failed);
	output_finish();
	if (extracted < 0)
		report("cannot extract /%s to %s: %s", failed ? failed : "", target, walk_error_text((int)extracted));
	else if (extracted == 0 && extraction.pattern_count)
		report("nothing in %s matches", app.path);
	return extracted < 0 || (extracted == 0 && extraction.pattern_count) ? 1 : 0;
}
