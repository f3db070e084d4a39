#include "launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/cache.h"
#include "launch/entry-point.h"
#include "launch/environment.h"
#include "mount/everyone.h"
#include "mount/ladder.h"
#include "system/report.h"
#include "system/text.h"

extern char **environ;

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

/* The program that a script's first line names, or NULL; see execve(2). */
static char *interpreter_of(const char *program)
{
	char line[256];
	int file = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int64_t size = file < 0 ? 0 : file_read_up_to(file, 0, line, sizeof(line) - 1);
	if (file >= 0)
		close(file);
	if (size < 2 || line[0] != '#' || line[1] != '!')
		return NULL;
	line[size] = '\0';
	const char *start = line + 2 + strspn(line + 2, " \t");
	size_t length = strcspn(start, " \t\r\n");
	return length ? text_copy_part(start, length) : NULL;
}

static void explain(const char *program, int error)
{
	struct stat status;
	char *interpreter = interpreter_of(program);
	bool there = stat(program, &status) == 0;
	if (error == EACCES && there && S_ISREG(status.st_mode) && !(status.st_mode & 0111))
		report("cannot run %s: it is not executable; whoever makes the AppImage has to chmod +x it", program);
	else if (interpreter && error == EACCES)
		report("cannot run %s, or %s, which its first line names: %s", program, interpreter, strerror(error));
	else if (interpreter && error == ENOENT)
		report("cannot run %s: its first line names %s, which is not on this system", program, interpreter);
	else if (there && error == ENOENT)
		report("cannot run %s: the dynamic loader that it names is not on this system", program);
	else
		report("cannot run %s: %s", program, strerror(error));
	free(interpreter);
}

void launch(struct appimage *app, char **arguments, unsigned rungs)
{
	struct notes notes = { 0 };
	const char *entry_point = entry_point_find(&app->fs);
	if (!entry_point)
		report_fatal("cannot run %s: there is no AppRun in it", app->path);

	bool cached;
	char *directory = find_directory(app, entry_point, rungs, &cached, &notes);
	if (!directory) {
		report("cannot run %s: it can be neither mounted nor extracted here", app->path);
		notes_print(&notes, stderr);
		report("--appimage-extract unpacks it, --appimage-doctor says what this system can do");
		exit(EXIT_LAUNCH);
	}
	environment_prepare(app, directory, arguments[0]);
	char *program = text_format("%s/%s", directory, entry_point);
	execve(program, arguments, environ);
	explain(program, errno);
	if (cached)
		report("if something is missing in the extraction cache, remove it: chmod -R u+w '%s'; rm -r '%s'", directory,
		       directory);
	exit(EXIT_LAUNCH);
}
