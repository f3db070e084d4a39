#include "confine/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/fail.h"
#include "confine/signals.h"
#include "system/descriptors.h"

void end_with_parent(int alive)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		fail_errno("cannot tie this process to its parent");
	/* It may have ended before that. */
	struct pollfd end = { .fd = alive };
	if (alive >= 0 && poll(&end, 1, 0) == 1)
		_exit(EXIT_FAILURE);
}

int exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static void tell_status(int to, int status)
{
	if (to >= 0)
		dprintf(to, "{ \"exit-code\": %i }\n", status);
}

/* Whether the child has ended, and how. */
static bool has_ended(pid_t child, int *status)
{
	int wait_status;
	if (waitpid(child, &wait_status, WNOHANG) != child)
		return false;
	*status = exit_status(wait_status);
	return true;
}

int watch_from_outside(const struct settings *settings, pid_t child, int ended, int alive)
{
	int signals = signals_open(), status;
	/* A pipe of the caller's that is kept open here would never end for whoever reads it. */
	descriptors_shed((int[]){ 0, 1, 2, signals, ended, settings->status, settings->kept, alive }, 8);
	struct pollfd events[] = { { .fd = signals, .events = POLLIN }, { .fd = ended, .events = POLLIN } };
	for (;;) {
		if (poll(events, 2, -1) < 0 && errno != EINTR)
			fail_errno("cannot wait for the application");
		if (events[1].revents && read(ended, &status, sizeof(status)) == (ssize_t)sizeof(status))
			break;
		if (events[1].revents)
			events[1].fd = -1;
		bool over = false;
		for (int signal; !over && (signal = signals_next(signals));) {
			if (signal == SIGCHLD)
				over = has_ended(child, &status);
			else
				signals_forward(signal, child, false);
		}
		if (over)
			break;
	}
	tell_status(settings->status, status);
	return status;
}

/* Takes the status of all that have ended. False: nobody is left. */
static bool reap(pid_t application, int *status, bool *over)
{
	int wait_status;
	pid_t ended;
	while ((ended = waitpid(-1, &wait_status, WNOHANG)) > 0) {
		if (ended == application) {
			*status = exit_status(wait_status);
			*over = true;
		}
	}
	return ended == 0 || errno != ECHILD;
}

int watch_from_inside(pid_t application, int ended)
{
	int signals = signals_open(), status = EXIT_FAILURE;
	bool over = false, told = false;
	struct pollfd event = { .fd = signals, .events = POLLIN };
	while (reap(application, &status, &over) && !(over && ended < 0)) {
		if (over && !told) {
			told = true;
			(void)!write(ended, &status, sizeof(status));
		}
		poll(&event, 1, -1);
		for (int signal; (signal = signals_next(signals));) {
			if (signal != SIGCHLD && !over)
				signals_forward(signal, application, true);
		}
	}
	if (over && !told && ended >= 0)
		(void)!write(ended, &status, sizeof(status));
	return status;
}
