#include "confine/inner.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/arguments.h"
#include "confine/fail.h"
#include "confine/privileges.h"
#include "confine/second-wall.h"
#include "confine/signals.h"
#include "confine/start.h"
#include "confine/supervise.h"
#include "system/descriptors.h"

#define KEPT_MAX 4

struct inner {
	struct second_wall wall;
	const char *called_as;
	int ready;          /* told before the application starts; -1: nobody */
	int kept[KEPT_MAX]; /* open descriptors of the application's; -1: none */
	int kept_count;
	char **command;
};

/* Unlike the others, these are for the application. */
static void keep(struct inner *inner, struct arguments *rest)
{
	if (inner->kept_count == KEPT_MAX)
		fail("expected at most %d descriptors to keep", KEPT_MAX);
	inner->kept[inner->kept_count++] = (int)arguments_take_number(rest, "--keep-fd", 10, INT_MAX);
}

/* What was opened before the start has to be what is shown: nobody exchanged it in between. */
static void expect(struct arguments *rest)
{
	const char *path = arguments_take(rest, "--expect");
	uint64_t device = arguments_take_number(rest, "--expect", 10, UINT64_MAX);
	uint64_t number = arguments_take_number(rest, "--expect", 10, UINT64_MAX);
	struct stat status;
	if (stat(path, &status))
		fail_errno("cannot look at %s", path);
	if (status.st_dev != device || status.st_ino != number)
		fail("cannot start: what is shown at %s is not what was opened for it", path);
}

static void parse(struct inner *inner, int count, char **arguments)
{
	struct arguments rest = { .list = arguments, .count = count, .at = 2 };
	while (rest.at < rest.count && rest.list[rest.at][0] == '-') {
		const char *option = rest.list[rest.at++];
		if (strcmp(option, "--") == 0)
			break;
		if (strcmp(option, "--args") == 0)
			arguments_insert(&rest, arguments_take_descriptor(&rest, option));
		else if (strcmp(option, "--argv0") == 0)
			inner->called_as = arguments_take(&rest, option);
		else if (strcmp(option, "--expect") == 0)
			expect(&rest);
		else if (strcmp(option, "--keep-fd") == 0)
			keep(inner, &rest);
		else if (strcmp(option, "--ready-fd") == 0)
			inner->ready = arguments_take_descriptor(&rest, option);
		else if (!second_wall_take(&inner->wall, option, &rest))
			fail("unknown option \"%s\"", option);
	}
	inner->command = rest.list + rest.at;
	if (!inner->command[0])
		fail("no program: expected one behind the options");
}

/* A folder of the host as standard input would lead everywhere from there. */
static void replace_folders(void)
{
	for (int standard = 0; standard <= 2; standard++) {
		struct stat status;
		if (fstat(standard, &status) || !S_ISDIR(status.st_mode))
			continue;
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null < 0 || dup2(null, standard) < 0)
			close(standard);
	}
}

/*
 * Whoever started the sandbox may be gone since before its processes were tied to it, and then nobody would ever end the
 * application.
 */
static void tell_ready(int ready, int version)
{
	char text[64];
	if (ready < 0)
		return;
	int length = snprintf(text, sizeof(text), "{ \"landlock\": %d }\n", version);
	signal(SIGPIPE, SIG_IGN);
	if (write(ready, text, (size_t)length) != length)
		fail("cannot start: whoever waits for the application has ended");
	signal(SIGPIPE, SIG_DFL);
	close(ready);
}

int inner_run(int count, char **arguments)
{
	struct inner inner = { .ready = -1, .kept = { -1, -1, -1, -1 } };
	sigset_t before;
	/* Whoever made the sandbox has done so already; the kernel wants it of an ordinary user before Landlock. */
	privileges_refuse_new();
	parse(&inner, count, arguments);
	const int *kept = inner.kept;
	descriptors_shed((int[]){ 0, 1, 2, inner.ready, kept[0], kept[1], kept[2], kept[3] }, 8);
	replace_folders();
	int version = second_wall_raise(&inner.wall);
	tell_ready(inner.ready, version);
	bool is_process_1 = getpid() == 1;
	if (is_process_1)
		signals_hold(&before);
	pid_t application = is_process_1 ? fork() : 0;
	if (application < 0)
		fail_errno("cannot fork");
	if (application == 0) {
		/* A group of its own, so that what a keyboard sends reaches all of it. */
		setpgid(0, 0);
		if (is_process_1)
			sigprocmask(SIG_SETMASK, &before, NULL);
		become(inner.command, inner.called_as, true);
	}
	/* Whoever leaves before the others takes them along: nothing goes on running. */
	return watch_from_inside(application, -1);
}
