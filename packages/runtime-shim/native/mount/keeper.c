#include "mount/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuse/session.h"
#include "mount/answer.h"
#include "mount/leftovers.h"
#include "mount/lifetime.h"
#include "system/descriptors.h"
#include "system/process.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* the same number on every architecture */
#endif

/* Enough for any helper, and what most systems give. */
#define STACK_SIZE (8 << 20)

int mount_end(const struct keeper_plan *plan, bool lazily)
{
	if (plan->rung == RUNG_FUSERMOUNT)
		return unmount_by_fusermount(plan->helper, plan->point, lazily);
	if (umount2(plan->point, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0)
		return 0;
	return errno == EINVAL || errno == ENOENT ? 0 : -errno;
}

/*
 * Without a keeper nobody would unmount. The kernel sends SIGIO, which ends the server, when nobody holds the other end any more;
 * a signal at the death of the parent would not do, because the keeper may be followed by another one.
 */
static bool leash(int end)
{
	sigset_t io;
	sigemptyset(&io);
	sigaddset(&io, SIGIO);
	signal(SIGIO, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &io, NULL);
	if (fcntl(end, F_SETOWN, getpid()) || fcntl(end, F_SETFL, O_ASYNC | O_NONBLOCK))
		return false;
	/* Let go of before that was said? */
	struct pollfd entry = { .fd = end, .events = POLLIN };
	return poll(&entry, 1, 0) == 0;
}

static _Noreturn void serve(const struct keeper_plan *plan, const struct watched *watched, int device, int leash_end)
{
	/* Where it ends with the keeper, that one's lock is enough. */
	int lock = plan->rung == RUNG_USERNS ? watched->lock : -1;
	const int keep_open[] = { device, plan->alive, plan->fs->image.file, lock, leash_end };
	prctl(PR_SET_NAME, "appimage-serve");
	descriptors_shed(keep_open, 5);
	if (leash_end >= 0 && !leash(leash_end))
		_exit(1);
	fuse_session_run(device, plan->fs, plan->workers);
}

static pid_t fork_server(const struct keeper_plan *plan, struct watched *watched, int device)
{
	/* A namespace needs nobody to unmount. */
	int ends[2] = { -1, -1 };
	if (plan->rung != RUNG_USERNS && pipe2(ends, O_CLOEXEC))
		return -errno;
	pid_t server = fork();
	if (server == 0) {
		close(ends[1]);
		serve(plan, watched, device, ends[0]);
	}
	int error = -errno;
	if (ends[0] >= 0)
		close(ends[0]);
	watched->leash = ends[1];
	return server < 0 ? error : server;
}

/* Starts the server, which then is the only one to hold the device: when it dies, the mount must fail, not hang. */
static bool start_server(const struct keeper_plan *plan, struct watched *watched, int device, struct notes *notes)
{
	watched->server = fork_server(plan, watched, device);
	close(device);
	if (watched->server > 0) {
		watched->server_fd = process_open(watched->server);
		return true;
	}
	note(notes, "mount: cannot start the server: %s", strerror(-watched->server));
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

/* What the caller has set for the application must not hit what we make, or the helpers that unmount for us. */
static void leave_limits(void)
{
	struct rlimit stack;
	umask(077);
	if (getrlimit(RLIMIT_STACK, &stack) || stack.rlim_cur >= STACK_SIZE)
		return;
	stack.rlim_cur = stack.rlim_max < STACK_SIZE ? stack.rlim_max : STACK_SIZE;
	setrlimit(RLIMIT_STACK, &stack);
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
	leave_limits();
	prctl(PR_SET_NAME, "appimage-keep");
	if (!plan->point)
		plan->point = mount_point_create(plan->file_name, &watched->lock, &answer.notes);
	answer.point = (char *)plan->point;
	bool served = plan->point && mount_and_serve(plan, watched, &answer.notes);
	if (served) {
		answer.rung = plan->rung;
		answer.helper = (char *)plan->helper;
	}
	/* An application that is gone is found out about below. */
	(void)answer_send(channel, &answer);
	if (!served)
		served = plan->point && serve_namespace(plan, watched, channel);
	const int keep_open[] = { watched->application_fd, watched->server_fd, watched->lock, watched->leash };
	descriptors_shed(keep_open, 4);
	if (chdir("/") == 0 && plan->point && !plan->stays)
		leftovers_reap(plan->point, plan->helper);
	if (served)
		lifetime_keep(plan, watched);
	if (plan->point && !plan->stays)
		rmdir(plan->point);
	_exit(1);
}

int keeper_start(const struct keeper_plan *plan, const int channel[2])
{
	struct watched watched = { .application = getpid(), .server_fd = -1, .lock = -1, .leash = -1 };
	struct keeper_plan own = *plan;
	watched.group = getpgrp() == watched.application ? watched.application : 0;
	watched.application_fd = process_open(watched.application);

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
