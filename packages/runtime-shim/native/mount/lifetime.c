#include "mount/lifetime.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mount/shared.h"
#include "mount/state.h"
#include "system/process.h"

/* How often to try again while something uses the mount, and to look where there is no descriptor to wait on, in ms. */
#define RETRY_FIRST 20
#define RETRY_LAST 60000
#define LOOK_INTERVAL 250

/* How many of those retries, about a second, an ended application may go unnoticed by its parent. */
#define UNNOTICED_ATTEMPTS 6

/*
 * For how many, about five seconds, a process counts that only has the mount in its environment: a daemon on its way to a program
 * of the image. Not for longer: whatever the application has opened a link with has that environment too, and stays for days.
 */
#define ON_THEIR_WAY_ATTEMPTS 8

static bool server_has_ended(const struct watched *watched)
{
	if (watched->server_fd >= 0)
		return process_has_ended(watched->server_fd, 0);
	/* Its parent is the only one who gets here; reaped before, it is no child any more. */
	return waitpid(watched->server, NULL, WNOHANG) != 0;
}

static bool application_has_ended(const struct watched *watched)
{
	if (watched->application_fd < 0)
		return kill(watched->application, 0) < 0 && errno == ESRCH;
	return process_has_ended(watched->application_fd, 0);
}

/*
 * A shell gives every job a process group. While one of ours has members, some child of the application may be between its
 * fork and its exec of a program in the image, and the kernel does not call that a use. The application itself stays a
 * member until its parent has noticed its end; a parent that never does must not hold the mount.
 */
static bool group_is_empty(const struct watched *watched, unsigned attempt)
{
	if (!watched->group || (kill(-watched->group, 0) < 0 && errno == ESRCH))
		return true;
	bool noticed = kill(watched->application, 0) < 0 && errno == ESRCH;
	return !noticed && attempt >= UNNOTICED_ATTEMPTS;
}

/* Sleeps until something may have changed; for ever when `limit` is negative and there are descriptors to wake us. */
static void sleep_until_change(const struct watched *watched, bool application_matters, int limit)
{
	struct pollfd entries[] = {
		{ .fd = watched->server_fd, .events = POLLIN },
		{ .fd = application_matters ? watched->application_fd : -1, .events = POLLIN },
	};
	bool blind = watched->server_fd < 0 || (application_matters && watched->application_fd < 0);
	if (blind && (limit < 0 || limit > LOOK_INTERVAL))
		limit = LOOK_INTERVAL;
	poll(entries, 2, limit);
}

static void wait_for_application(const struct watched *watched)
{
	while (!server_has_ended(watched) && !application_has_ended(watched))
		sleep_until_change(watched, true, -1);
}

/*
 * For root, one call, where looking through all processes takes hundreds. It would unmount if the mount had not been looked at
 * since the call before.
 */
static bool kernel_calls_it_busy(const char *point)
{
	return umount2(point, UMOUNT_NOFOLLOW | MNT_EXPIRE) < 0 && errno == EBUSY;
}

/* Somebody else may have taken it away, lazily, from under those who use it. */
static bool has_been_unmounted(const struct keeper_plan *plan, unsigned attempt)
{
	if (!mount_is_there(plan->point))
		return true;
	if (kernel_calls_it_busy(plan->point))
		return false;
	return !mount_is_named(plan->point, attempt < ON_THEIR_WAY_ATTEMPTS) && mount_end(plan, false) == 0;
}

static void unmount_when_unused(const struct keeper_plan *plan, const struct watched *watched)
{
	int pause = RETRY_FIRST;
	/* The mount of a namespace goes with its last process, and the server ends with the mount. */
	bool by_itself = plan->rung == RUNG_USERNS || plan->stays;
	for (unsigned attempt = 0; !server_has_ended(watched); attempt++) {
		if (!by_itself && group_is_empty(watched, attempt) && has_been_unmounted(plan, attempt))
			return;
		sleep_until_change(watched, false, by_itself ? -1 : pause);
		pause = pause * 2 < RETRY_LAST ? pause * 2 : RETRY_LAST;
	}
}

/* What is left: a dead mount, which nobody can use but everybody sees, when the server has been killed; else a folder. */
static void clear(const struct keeper_plan *plan)
{
	if (plan->stays) {
		shared_clear(plan->point, plan->helper);
		return;
	}
	if (plan->rung != RUNG_USERNS && mount_is_dead(plan->point))
		mount_remove(plan->point, plan->helper, true);
	rmdir(plan->point);
}

/*
 * A guard must not go the way of the others when somebody ends "all processes of that name": ps and pkill look at the memory
 * that held the arguments, so that is where it puts a name of its own.
 */
static void take_other_name(void)
{
	unsigned long start = 0, end = 0;
	char line[1024];
	FILE *file = fopen("/proc/self/stat", "re");
	const char *name = prctl(PR_SET_NAME, "appimage-guard") == 0 ? "appimage-guard" : "";
	if (!file)
		return;
	/* Fields 48 and 49 of proc_pid_stat(5); the second one is a name of ours, without spaces. */
	bool found = fgets(line, sizeof(line), file) != NULL;
	fclose(file);
	char *at = line;
	for (int field = 1; found && field < 48; field++) {
		at = strchr(at, ' ');
		found = at != NULL;
		at += found;
	}
	if (found) {
		start = strtoul(at, &at, 10);
		end = strtoul(at, NULL, 10);
	}
	if (!start || end <= start)
		return;
	memset((char *)start, 0, end - start);
	strncpy((char *)start, name, end - start - 1);
}

/* Waits behind the keeper. Returns in the process that has to be the keeper from now on. */
static void guard(const struct keeper_plan *plan, const struct watched *watched, int keeper)
{
	take_other_name();
	process_has_ended(keeper, -1);
	close(keeper);
	if (server_has_ended(watched)) {
		clear(plan);
		_exit(0);
	}
	prctl(PR_SET_NAME, "appimage-keep");
}

static void start_guard(const struct keeper_plan *plan, struct watched *watched)
{
	/* A guard cannot wait for what is not its child. */
	int keeper = watched->server_fd < 0 ? -1 : process_open(getpid());
	if (keeper < 0)
		return;
	pid_t guarding;
	while ((guarding = fork()) == 0) {
		guard(plan, watched, keeper);
		keeper = process_open(getpid());
		if (keeper < 0)
			break;
	}
	watched->guard = guarding > 0 ? guarding : 0;
	if (guarding > 0)
		close(keeper);
}

/*
 * What the mount point lay in may have been taken away from under it, as a whole: the kernel keeps the mount for as long as
 * somebody has anything open there, and that may be nothing but our lock.
 */
static void let_go_of_lock(const struct keeper_plan *plan, struct watched *watched)
{
	if (watched->lock < 0)
		return;
	close(watched->lock);
	watched->lock = -1;
	if (!watched->guard)
		return;
	/* It has the lock, too. */
	kill(watched->guard, SIGKILL);
	while (waitpid(watched->guard, NULL, 0) < 0 && errno == EINTR)
		;
	start_guard(plan, watched);
}

_Noreturn void lifetime_keep(const struct keeper_plan *plan, struct watched *watched)
{
	start_guard(plan, watched);
	if (!plan->stays)
		wait_for_application(watched);
	unmount_when_unused(plan, watched);
	clear(plan);
	sleep_until_change(watched, false, LOOK_INTERVAL);
	if (!server_has_ended(watched))
		let_go_of_lock(plan, watched);
	/* Unmounted lazily by somebody else, it is still served to those who use it; and the server goes when we go. */
	while (!server_has_ended(watched))
		sleep_until_change(watched, false, -1);
	_exit(0);
}
