#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mount/mount.h"
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
		note(request->notes, "user namespace: %s: %s", what, strerror(-error));
		return error;
	}
	struct notes notes = { 0 };
	struct mount_request inside = *request;
	inside.notes = &notes;
	/* The kernel wants the device to be opened in the namespace that mounts. */
	int device = mount_directly(&inside);
	for (unsigned long i = 0; i < notes.count; i++)
		note(request->notes, "user namespace: %s", notes.lines[i]);
	return device;
}

static void tell(int to, const struct notes *notes)
{
	for (unsigned long i = 0; i < notes->count; i++)
		(void)!write(to, notes->lines[i], strlen(notes->lines[i]));
}

int mount_userns_works(const struct mount_request *request)
{
	int pipe_ends[2];
	if (pipe2(pipe_ends, O_CLOEXEC))
		return -errno;
	pid_t child = fork();
	if (child == 0) {
		struct notes notes = { 0 };
		struct mount_request attempt = *request;
		attempt.notes = &notes;
		int device = mount_in_userns(&attempt);
		tell(pipe_ends[1], &notes);
		_exit(device < 0);
	}
	int error = child < 0 ? -errno : 0;
	close(pipe_ends[1]);
	char text[512];
	ssize_t length = error ? 0 : read(pipe_ends[0], text, sizeof(text) - 1);
	close(pipe_ends[0]);
	int status = 0;
	while (!error && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (length > 0) {
		text[length] = '\0';
		note(request->notes, "%s", text);
		return -EPERM;
	}
	return error;
}
