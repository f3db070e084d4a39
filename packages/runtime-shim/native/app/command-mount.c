#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "mount/ladder.h"
#include "system/report.h"

/* How long the end of the mount may be put off by those who still use it: 40 times 50 milliseconds. */
#define END_ATTEMPTS 40
#define END_PAUSE_NS 50000000L

/* From here on these signals wait for sigwait(): one that comes early must not leave the unmounting to the keeper. */
static void hold_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGINT);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGHUP);
	sigprocmask(SIG_BLOCK, ends, NULL);
}

static int end(const struct keeper_plan *plan)
{
	int error = 0;
	for (int attempt = 0; attempt < END_ATTEMPTS; attempt++) {
		error = mount_end(plan, false);
		if (error != -EBUSY)
			break;
		const struct timespec pause = { .tv_nsec = END_PAUSE_NS };
		nanosleep(&pause, NULL);
	}
	if (error == -EBUSY) {
		report("%s is still in use: it goes when that ends", plan->point);
		error = mount_end(plan, true);
	}
	if (error)
		report("cannot unmount %s: %s", plan->point, strerror(-error));
	rmdir(plan->point);
	return error ? 1 : 0;
}

int command_mount(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	struct keeper_plan plan;
	struct notes notes = { 0 };
	struct stat status;
	const char *unknown;
	unsigned rungs;
	appimage_open(&app);
	appimage_open_payload(&app);
	if (!ladder_choose(&rungs, &unknown))
		report_fatal("APPIMAGE_MOUNT is \"%s\", which is no way to mount", unknown);
	struct ladder ladder = {
		.fs = &app.fs,
		.workers = app.workers,
		.file_name = app.file_name,
		.for_everyone = fstat(app.image.file, &status) == 0 && status.st_mode & S_IROTH,
		/* In a namespace of our own, nobody else would see the mount. */
		.rungs = rungs & (RUNG_BIT(RUNG_ROOT) | RUNG_BIT(RUNG_FUSERMOUNT)),
		.notes = &notes,
	};
	sigset_t ends;
	int received;
	hold_signals(&ends);
	if (!ladder_climb(&ladder, &plan)) {
		report("cannot mount %s here", app.path);
		notes_print(&notes, stderr);
		return EXIT_LAUNCH;
	}
	/* Answered once the server answers: the mount stands before anybody is told of it. */
	if (stat(plan.point, &status)) {
		report("cannot mount %s: the server does not answer: %s", app.path, strerror(errno));
		return EXIT_LAUNCH;
	}
	printf("%s\n", plan.point);
	fflush(stdout);
	sigwait(&ends, &received);
	return end(&plan);
}
