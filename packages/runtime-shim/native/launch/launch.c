#include "launch/launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/cache.h"
#include "launch/entry-point.h"
#include "launch/environment.h"
#include "mount/ladder.h"
#include "system/report.h"
#include "system/text.h"

extern char **environ;

/* Whoever may read the file may as well read what it shows. */
static bool readable_by_everyone(const struct appimage *app)
{
	struct stat status;
	return fstat(app->image.file, &status) == 0 && status.st_mode & S_IROTH;
}

static char *find_directory(struct appimage *app, unsigned rungs, struct notes *notes)
{
	struct keeper_plan plan;
	struct ladder ladder = {
		.fs = &app->fs,
		.workers = app->workers,
		.file_name = app->file_name,
		.for_everyone = readable_by_everyone(app),
		.rungs = rungs,
		.alive = -1,
		.notes = notes,
	};
	if (ladder_climb(&ladder, &plan))
		return (char *)plan.point;
	return rungs & RUNG_BIT(RUNG_EXTRACT) ? extract_to_cache(app, notes) : NULL;
}

static _Noreturn void fail_to_start(const char *program)
{
	int error = errno;
	/* For a script or a dynamic program, "no such file" is about its interpreter. */
	if (error == ENOENT && access(program, F_OK) == 0)
		report_fatal("cannot run %s: the interpreter or dynamic loader that it names is not on this system", program);
	report_fatal("cannot run %s: %s", program, strerror(error));
}

void launch(struct appimage *app, char **arguments, unsigned rungs)
{
	struct notes notes = { 0 };
	const char *entry_point = entry_point_find(&app->fs);
	if (!entry_point)
		report_fatal("cannot run %s: there is no AppRun in it", app->path);

	char *directory = find_directory(app, rungs, &notes);
	if (!directory) {
		report("cannot run %s: it can be neither mounted nor extracted here", app->path);
		notes_print(&notes, stderr);
		report("--appimage-extract unpacks it, --appimage-doctor says what this system can do");
		exit(EXIT_LAUNCH);
	}
	environment_prepare(app, directory, arguments[0]);
	char *program = text_format("%s/%s", directory, entry_point);
	execve(program, arguments, environ);
	fail_to_start(program);
}
