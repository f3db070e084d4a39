#include "confine/start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/describe.h"
#include "confine/fail.h"
#include "confine/namespaces.h"
#include "confine/privileges.h"
#include "confine/root.h"
#include "confine/signals.h"
#include "confine/supervise.h"
#include "system/descriptors.h"

/* What both sides of the fork have. */
struct sandbox {
	const struct settings *settings;
	struct filters filters;
	int namespaces;
	int proc;  /* the host's, by an O_PATH descriptor */
	int alive; /* ends with the process outside */
	int ended; /* for the application's status */
	sigset_t signals_before;
};

#define EXIT_NOT_FOUND 127
#define EXIT_NOT_EXECUTABLE 126

_Noreturn void become(char **command, const char *called_as, bool as_a_shell)
{
	const char *program = command[0];
	if (called_as)
		command[0] = (char *)called_as;
	execvp(program, command);
	int error = errno;
	if (!as_a_shell)
		fail_errno("cannot run %s", program);
	fail_with(error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE, "cannot run %s: %s", program, strerror(error));
}

/* Where we were, if that is there; else home, else the root. */
static void go_to_working_directory(const char *wanted, const char *before)
{
	const char *home = getenv("HOME");
	if (wanted && chdir(wanted))
		fail_errno("cannot go to %s", wanted);
	if (!wanted && chdir(before) && (!home || chdir(home)) && chdir("/"))
		fail_errno("cannot go to /");
	char *now = getcwd(NULL, 0);
	if (now)
		setenv("PWD", now, 1);
	free(now);
}

static void wait_for_permission(int block)
{
	char byte;
	if (block < 0)
		return;
	ssize_t count;
	while ((count = read(block, &byte, 1)) < 0 && errno == EINTR)
		;
	/* Bubblewrap goes on at the end of it; but then nobody has said so. */
	if (count != 1)
		fail("cannot start: whoever was to let it go on has ended");
	close(block);
}

static void take_locks(const struct settings *settings)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	for (size_t i = 0; i < settings->lock_count; i++) {
		/* Open until the end of this process: closing it would end the lock. */
		int file = open(settings->locks[i], O_RDONLY | O_CLOEXEC);
		if (file < 0 || fcntl(file, F_SETLK, &lock))
			fail_errno("cannot lock %s", settings->locks[i]);
	}
}

static void make_surroundings(const struct sandbox *sandbox)
{
	const struct settings *settings = sandbox->settings;
	if (sandbox->namespaces & CLONE_NEWUSER)
		namespaces_map_user(settings, sandbox->proc);
	if (sandbox->namespaces & CLONE_NEWNET)
		namespaces_start_loopback();
	if (settings->hostname && sethostname(settings->hostname, strlen(settings->hostname)))
		fail_errno("cannot set the host name");
	char *before = getcwd(NULL, 0);
	mode_t mask = umask(0);
	root_open();
	root_fill(settings);
	root_enter();
	namespaces_settle(settings, sandbox->proc);
	umask(mask);
	close(sandbox->proc);
	wait_for_permission(settings->block);
	privileges_drop();
	go_to_working_directory(settings->working_directory, before ? before : "/");
	free(before);
}

/* A process that can make no namespace tells so by failing to. */
static void check_no_user_namespaces(const struct settings *settings)
{
	if (settings->assert_user_namespaces_disabled && unshare(CLONE_NEWUSER) == 0)
		fail("user namespaces can be made in the sandbox, against --assert-userns-disabled");
}

static _Noreturn void run_inside(struct sandbox *sandbox)
{
	const struct settings *settings = sandbox->settings;
	/* They end for whoever reads them when the process outside has written. */
	if (settings->info >= 0)
		close(settings->info);
	if (settings->status >= 0)
		close(settings->status);
	if (settings->die_with_parent)
		end_with_parent(sandbox->alive);
	make_surroundings(sandbox);
	check_no_user_namespaces(settings);
	/* Once more: whenever capabilities change, the kernel forgets it. */
	if (settings->die_with_parent)
		end_with_parent(sandbox->alive);
	if (settings->new_session && setsid() < 0)
		fail_errno("cannot make a session");
	bool has_reaper = ((sandbox->namespaces & CLONE_NEWPID) && !settings->as_pid_1) || settings->lock_count ||
			  settings->kept >= 0;
	pid_t application = has_reaper ? fork() : 0;
	if (application < 0)
		fail_errno("cannot fork");
	if (application == 0) {
		sigprocmask(SIG_SETMASK, &sandbox->signals_before, NULL);
		filters_install(&sandbox->filters);
		become(settings->command, settings->called_as, false);
	}
	descriptors_shed((int[]){ 0, 1, 2, sandbox->ended, sandbox->alive, settings->kept }, 6);
	take_locks(settings);
	filters_install(&sandbox->filters);
	_exit(watch_from_inside(application, sandbox->ended));
}

int start(struct settings *settings)
{
	struct sandbox sandbox = { .settings = settings };
	int alive[2], ended[2];
	privileges_refuse_new();
	filters_read(&sandbox.filters, settings);
	sandbox.namespaces = namespaces_wanted(settings);
	sandbox.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (sandbox.proc < 0 || pipe2(alive, O_CLOEXEC) || pipe2(ended, O_CLOEXEC))
		fail_errno("cannot begin");
	if (settings->die_with_parent)
		end_with_parent(-1);
	signals_hold(&sandbox.signals_before);

	pid_t child = namespaces_fork(sandbox.namespaces);
	if (child == 0) {
		close(alive[1]);
		close(ended[0]);
		sandbox.alive = alive[0];
		sandbox.ended = ended[1];
		run_inside(&sandbox);
	}
	close(ended[1]);
	describe_child(settings, child, sandbox.namespaces);
	return watch_from_outside(settings, child, ended[0], alive[1]);
}
