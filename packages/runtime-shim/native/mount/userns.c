#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mount/mount.h"
#include "mount/remedy.h"
#include "system/text.h"

static int write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	ssize_t length = (ssize_t)strlen(text);
	int error = write(file, text, (size_t)length) == length ? 0 : -errno;
	close(file);
	return error;
}

static int map_id(const char *path, unsigned id)
{
	char *line = text_format("%u %u 1\n", id, id);
	int error = write_file(path, line);
	free(line);
	return error;
}

/* Enters a namespace in which this user stays who they are. `*what` names the step that failed. */
static int enter(const char **what)
{
	unsigned user = geteuid(), group = getegid();
	*what = "unshare";
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	/* A kernel before 3.19 has no such file and needs no such promise. */
	*what = "/proc/self/setgroups";
	int error = write_file("/proc/self/setgroups", "deny");
	if (error && error != -ENOENT)
		return error;
	*what = "/proc/self/uid_map";
	error = map_id("/proc/self/uid_map", user);
	if (error)
		return error;
	*what = "/proc/self/gid_map";
	error = map_id("/proc/self/gid_map", group);
	if (error)
		return error;
	/* Mounts made outside later on still arrive here (a USB stick); ours stays in here. */
	*what = "making mounts private";
	return mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ? -errno : 0;
}

int mount_in_userns(const struct mount_request *request)
{
	const char *what;
	int error = enter(&what);
	if (error) {
		note(request->notes, "user namespace: %s: %s%s", what, strerror(-error), remedy_for_namespace(error));
		return error;
	}
	struct notes notes = { 0 };
	struct mount_request inside = *request;
	inside.notes = &notes;
	inside.in_namespace = true;
	/* The kernel wants the device to be opened in the namespace that mounts. */
	int device = mount_directly(&inside);
	for (unsigned long i = 0; i < notes.count; i++)
		note(request->notes, "user namespace: %s", notes.lines[i]);
	return device;
}

/* What the child says when it has mounted: no note is like it. */
#define WORKS "+"

static void tell(int to, const char *line)
{
	(void)!write(to, line, strlen(line) + 1);
}

/* Returns whether it works. That is said, not told by the exit status: whoever started us may ignore SIGCHLD. */
static bool hear(int from, struct notes *notes)
{
	char text[2048];
	size_t used = 0;
	ssize_t length;
	bool works = false;
	while (used < sizeof(text) - 1 && (length = read(from, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)length;
	text[used] = '\0';
	for (size_t at = 0; at < used; at += strlen(text + at) + 1) {
		if (strcmp(text + at, WORKS) == 0)
			works = true;
		else
			note(notes, "%s", text + at);
	}
	if (!used)
		note(notes, "user namespace: whoever tried it was killed (by a seccomp filter, or for want of memory)");
	return works;
}

static _Noreturn void attempt(const struct mount_request *request, int to)
{
	struct notes notes = { 0 };
	struct mount_request own = *request;
	own.notes = &notes;
	int device = mount_in_userns(&own);
	for (unsigned long i = 0; i < notes.count; i++)
		tell(to, notes.lines[i]);
	if (device >= 0)
		tell(to, WORKS);
	_exit(device < 0);
}

int mount_userns_works(const struct mount_request *request)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		int error = -errno;
		note(request->notes, "user namespace: cannot open a pipe: %s", strerror(-error));
		return error;
	}
	pid_t child = fork();
	int error = child < 0 ? -errno : 0;
	if (child == 0)
		attempt(request, ends[1]);
	close(ends[1]);
	if (error)
		note(request->notes, "user namespace: cannot fork: %s", strerror(-error));
	bool works = !error && hear(ends[0], request->notes);
	close(ends[0]);
	while (!error && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return works ? 0 : error ? error : -EPERM;
}
