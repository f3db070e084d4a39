#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "mount/everyone.h"
#include "mount/ladder.h"
#include "mount/shared.h"
#include "system/output.h"
#include "system/report.h"

/* How long the end of the mount may be put off by those who still use it: 40 times 50 milliseconds. */
#define END_ATTEMPTS 40
#define END_PAUSE_NS 50000000L

/* From here on these signals are read, not delivered: one that comes early must not leave the unmounting to the keeper. */
static int hold_signals(void)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	return signalfd(-1, &ends, SFD_CLOEXEC);
}

/* Waits for a signal, or for the end of the server: somebody else has unmounted. Returns whether it is still mounted. */
static bool stay(int signals, int server)
{
	struct pollfd entries[] = { { .fd = signals, .events = POLLIN }, { .fd = server, .events = POLLIN } };
	while (poll(entries, 2, -1) < 0 && errno == EINTR)
		;
	return !entries[1].revents;
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
	struct ladder_choice choice;
	int alive[2];
	appimage_open(&app);
	appimage_open_payload(&app);
	if (!ladder_choose("", &choice, &unknown))
		report_fatal("APPIMAGE_MOUNT is \"%s\": expected " LADDER_WORDS, unknown);
	struct ladder ladder = {
		.fs = &app.fs,
		.workers = app.workers,
		.file_name = app.file_name,
		.for_everyone = mount_is_for_everyone(app.path, app.image.file),
		/* In a namespace of our own, nobody else would see the mount. */
		.rungs = choice.first & (RUNG_BIT(RUNG_ROOT) | RUNG_BIT(RUNG_FUSERMOUNT) | RUNG_KEEP),
		.notes = &notes,
	};
	int signals = hold_signals();
	if (signals < 0 || pipe2(alive, O_CLOEXEC))
		report_fatal("cannot mount %s: %s", app.path, strerror(errno));
	ladder.alive = alive[1];
	bool mounted = ladder_climb(&ladder, &plan);
	close(alive[1]);
	if (!mounted) {
		report("cannot mount %s here", app.path);
		notes_print(&notes, stderr);
		return EXIT_LAUNCH;
	}
	/* Answered once the server answers: the mount stands before anybody is told of it. */
	if (stat(plan.point, &status)) {
		report("cannot mount %s: the server does not answer: %s", app.path, strerror(errno));
		return EXIT_LAUNCH;
	}
	output("%s\n", plan.point);
	if (plan.stays)
		return 0; /* what stays needs nobody to stay with it */
	if (output_finish())
		return end(&plan);
	return stay(signals, alive[0]) ? end(&plan) : 0;
}

int command_unmount(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	char *busy;
	appimage_open(&app);
	int gone = shared_unmount(&app.image, &busy);
	if (gone == 0)
		report("%s is not kept mounted", app.path);
	if (gone >= 0)
		return 0;
	report("cannot unmount %s: something still uses it; end that first (\"fuser -m %s\" lists it)", busy, busy);
	return 1;
}
