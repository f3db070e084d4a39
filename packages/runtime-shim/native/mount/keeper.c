#include "mount/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuse/session.h"
#include "mount/answer.h"
#include "mount/leftovers.h"
#include "system/descriptors.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* the same number on every architecture */
#endif

/* How often to try again while something uses the mount, and to look where there is no pidfd, in milliseconds. */
#define RETRY_FIRST 20
#define RETRY_LAST 5000
#define LOOK_INTERVAL 250

/* How many of those retries, about a second, an ended application may go unnoticed by its parent. */
#define UNNOTICED_ATTEMPTS 6

struct watched {
	pid_t application, server;
	pid_t group;                   /* of the application when it leads one, else 0 */
	int application_fd, server_fd; /* pidfds, or -1 */
	int lock;                      /* of the mount point, or -1 */
	bool server_ended;
	int server_status;
};

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int mount_end(const struct keeper_plan *plan, bool lazily)
{
	if (plan->rung == RUNG_FUSERMOUNT)
		return unmount_by_fusermount(plan->helper, plan->point, lazily);
	if (umount2(plan->point, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0)
		return 0;
	return errno == EINVAL || errno == ENOENT ? 0 : -errno;
}

static bool server_has_ended(struct watched *watched)
{
	if (!watched->server_ended)
		watched->server_ended = waitpid(watched->server, &watched->server_status, WNOHANG) == watched->server;
	return watched->server_ended;
}

static bool application_has_ended(const struct watched *watched)
{
	if (watched->application_fd < 0)
		return kill(watched->application, 0) < 0 && errno == ESRCH;
	struct pollfd entry = { .fd = watched->application_fd, .events = POLLIN };
	return poll(&entry, 1, 0) == 1;
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

/* Sleeps until something may have changed; for ever when `limit` is negative and there are pidfds to wake us. */
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

static void wait_for_application(struct watched *watched)
{
	while (!server_has_ended(watched) && !application_has_ended(watched))
		sleep_until_change(watched, true, -1);
}

static void unmount_when_unused(const struct keeper_plan *plan, struct watched *watched)
{
	int pause = RETRY_FIRST;
	/* The mount of a namespace goes with its last process, and the server ends with the mount. */
	bool by_itself = plan->rung == RUNG_USERNS;
	for (unsigned attempt = 0; !server_has_ended(watched); attempt++) {
		if (!by_itself && group_is_empty(watched, attempt) && mount_end(plan, false) == 0)
			return;
		sleep_until_change(watched, false, by_itself ? -1 : pause);
		pause = pause * 2 < RETRY_LAST ? pause * 2 : RETRY_LAST;
	}
}

static _Noreturn void keep(const struct keeper_plan *plan, struct watched *watched)
{
	wait_for_application(watched);
	unmount_when_unused(plan, watched);
	/* A server that did not end because of an unmount has left a dead mount, which nobody can use but everybody sees. */
	if (server_has_ended(watched) && watched->server_status != 0 && plan->rung != RUNG_USERNS)
		mount_end(plan, true);
	rmdir(plan->point);
	/* Unmounted lazily by somebody else, it is still served to those who use it; and the server goes when we go. */
	while (!server_has_ended(watched))
		sleep_until_change(watched, false, -1);
	_exit(0);
}

static _Noreturn void serve(const struct keeper_plan *plan, const struct watched *watched, int device, pid_t keeper)
{
	const int keep_open[] = { device, plan->alive, plan->fs->image.file, watched->lock };
	prctl(PR_SET_NAME, "appimage-serve");
	/* Without a keeper nobody would unmount; a namespace needs none for that. */
	if (plan->rung != RUNG_USERNS && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != keeper))
		_exit(1);
	descriptors_shed(keep_open, 4);
	fuse_session_run(device, plan->fs, plan->workers);
}

/* Starts the server, which then is the only one to hold the device: when it dies, the mount must fail, not hang. */
static bool start_server(const struct keeper_plan *plan, struct watched *watched, int device, struct notes *notes)
{
	pid_t keeper = getpid();
	watched->server = fork();
	int error = errno;
	if (watched->server == 0)
		serve(plan, watched, device, keeper);
	close(device);
	if (watched->server > 0) {
		watched->server_fd = pidfd_of(watched->server);
		return true;
	}
	note(notes, "mount: cannot start the server: %s", strerror(error));
	if (plan->rung != RUNG_USERNS)
		mount_end(plan, true);
	return false;
}

/* Signals that are meant for the application (by a terminal, or a service manager that ends everyone) are not for us. */
static void leave_signals(void)
{
	static const int ignored[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
				       SIGALRM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU };
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	/* Ignored by whoever started us, it would make children vanish before they can be waited for. */
	signal(SIGCHLD, SIG_DFL);
}

/* Tries the rungs that need not be climbed by the application itself. */
static bool mount_and_serve(struct keeper_plan *plan, struct watched *watched, struct notes *notes)
{
	struct mount_request request = {
		.fs = plan->fs,
		.source = plan->file_name,
		.point = plan->point,
		.for_everyone = plan->for_everyone,
		.notes = notes,
	};
	if (plan->rungs & RUNG_BIT(RUNG_ROOT)) {
		int device = mount_directly(&request);
		plan->rung = RUNG_ROOT;
		if (device >= 0 && start_server(plan, watched, device, notes))
			return true;
	}
	if (plan->rungs & RUNG_BIT(RUNG_FUSERMOUNT)) {
		char *helper = NULL;
		int device = mount_by_fusermount(&request, &helper);
		plan->rung = RUNG_FUSERMOUNT;
		plan->helper = helper;
		if (device >= 0 && start_server(plan, watched, device, notes))
			return true;
	}
	plan->rung = RUNG_COUNT;
	plan->helper = NULL;
	return false;
}

/* The application has moved into a namespace, mounted there, and sends what is to be served; or it never does. */
static bool serve_namespace(struct keeper_plan *plan, struct watched *watched, int channel)
{
	struct notes unread = { 0 };
	int device = descriptor_receive(channel);
	plan->rung = RUNG_USERNS;
	return device >= 0 && start_server(plan, watched, device, &unread);
}

static _Noreturn void become_keeper(struct keeper_plan *plan, struct watched *watched, int channel)
{
	struct answer answer = { .rung = RUNG_COUNT };
	setsid();
	leave_signals();
	prctl(PR_SET_NAME, "appimage-keep");
	plan->point = answer.point = mount_point_create(plan->file_name, &watched->lock, &answer.notes);
	bool served = plan->point && mount_and_serve(plan, watched, &answer.notes);
	if (served) {
		answer.rung = plan->rung;
		answer.helper = (char *)plan->helper;
	}
	/* An application that is gone is found out about below. */
	(void)answer_send(channel, &answer);
	if (!served)
		served = plan->point && serve_namespace(plan, watched, channel);
	const int keep_open[] = { watched->application_fd, watched->server_fd, watched->lock };
	descriptors_shed(keep_open, 3);
	if (chdir("/") == 0 && plan->point)
		leftovers_reap(plan->point, plan->helper);
	if (served)
		keep(plan, watched);
	if (plan->point)
		rmdir(plan->point);
	_exit(1);
}

int keeper_start(const struct keeper_plan *plan, const int channel[2])
{
	struct watched watched = { .application = getpid(), .server_fd = -1, .lock = -1 };
	struct keeper_plan own = *plan;
	watched.group = getpgrp() == watched.application ? watched.application : 0;
	watched.application_fd = pidfd_of(watched.application);

	/* A child that ends at once, so that its child is not the application's. */
	pid_t between = fork();
	if (between == 0) {
		pid_t keeper = fork();
		if (keeper == 0) {
			/* Held here, it would never be seen to end. */
			close(channel[0]);
			become_keeper(&own, &watched, channel[1]);
		}
		_exit(keeper < 0);
	}
	int error = between < 0 ? -errno : 0;
	int status = 0;
	pid_t waited = between;
	while (!error && (waited = waitpid(between, &status, 0)) < 0 && errno == EINTR)
		;
	/* ECHILD: SIGCHLD is ignored, the child has been reaped; a keeper that is missing then never answers. */
	if (!error && waited == between && status != 0)
		error = -EAGAIN;
	if (watched.application_fd >= 0)
		close(watched.application_fd);
	return error;
}
