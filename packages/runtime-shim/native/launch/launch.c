#include "launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/cache.h"
#include "launch/entry-point.h"
#include "launch/environment.h"
#include "launch/explain.h"
#include "launch/given.h"
#include "mount/everyone.h"
#include "mount/ladder.h"
#include "system/report.h"
#include "system/text.h"

extern char **environ;

/* For a mount or an extraction, with room for what the caller may have open. */
#define DESCRIPTORS_NEEDED 32

/* `*cached` tells whether it is in the extraction cache. */
static char *find_directory(struct appimage *app, const char *entry_point, unsigned rungs, bool *cached, struct notes *notes)
{
	struct keeper_plan plan;
	struct ladder ladder = {
		.fs = &app->fs,
		.workers = app->workers,
		.file_name = app->file_name,
		.for_everyone = mount_is_for_everyone(app->path, app->image.file),
		.rungs = rungs,
		.alive = -1,
		.notes = notes,
	};
	*cached = !ladder_climb(&ladder, &plan);
	if (!*cached)
		return (char *)plan.point;
	return rungs & RUNG_BIT(RUNG_EXTRACT) ? extract_to_cache(app, entry_point, notes) : NULL;
}

/* What a start has found before it looks at the payload. */
struct start {
	const struct appimage *app;
	const struct portable_paths *portable;
	struct given given;
	char **arguments;
};

/* Becomes the application, or what is to be started instead, or ends with a message. `cached`: it lies in the extraction cache. */
static _Noreturn void become(const struct start *start, const char *directory, const char *entry_point, bool cached)
{
	const char *given = start->given.program;
	char **arguments = start->arguments;
	given_name_contents(&start->given, directory, arguments);
	char *program = given ? text_copy(given) : text_format("%s/%s", directory, entry_point);
	environment_prepare(start->app, start->portable, directory, arguments[0]);
	execve(program, arguments, environ);
	int status = explain_failed_exec(program, errno);
	if (cached)
		report("if something is missing in the extraction cache, remove it: chmod -R u+w '%s'; rm -r '%s'", directory,
		       directory);
	exit(status);
}

/* Limits of this process that are in the way, with the shell's word for them. */
static void tell_limits(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < DESCRIPTORS_NEEDED)
		report("what helps, too: \"ulimit -n 1024\"; %llu descriptors are not enough", (unsigned long long)limit.rlim_cur);
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		report("what helps, too: \"ulimit -f unlimited\"; no file may have more than %llu bytes",
		       (unsigned long long)limit.rlim_cur);
}

void launch(struct appimage *app, char **arguments, struct ladder_choice choice)
{
	struct notes notes = { 0 };
	struct portable_paths portable;
	environment_look_beside(app, &portable);
	const struct start start = { app, &portable, given_read(), arguments };
	const char *contents = app->is_folder ? app->path : start.given.contents;
	if (contents)
		become(&start, contents, entry_point_find_in_folder(contents), false);
	appimage_open_payload(app);
	const char *entry_point = entry_point_find(&app->fs);
	if (!entry_point)
		report_fatal("cannot run %s: there is no AppRun in it", app->path);

	bool cached;
	char *directory = find_directory(app, entry_point, choice.first, &cached, &notes);
	if (!directory && choice.rest)
		directory = find_directory(app, entry_point, choice.rest, &cached, &notes);
	if (!directory) {
		report("cannot run %s: it can be neither mounted nor extracted here", app->path);
		notes_print(&notes, stderr);
		report("what helps: to install fuse3, or to name a folder with room, where programs may be run, in "
		       "XDG_CACHE_HOME or TMPDIR");
		tell_limits();
		report("--appimage-doctor says more; --appimage-extract unpacks it");
		exit(EXIT_LAUNCH);
	}
	become(&start, directory, entry_point, cached);
}
