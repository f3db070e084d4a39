#include "mount/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/descriptors.h"
#include "system/process.h"
#include "system/text.h"

/* The descriptor that the helper finds its end of the socket at. */
#define HELPER_SOCKET 3
#define ERROR_TEXT_MAX 256

/* One that has not answered or ended by then never will. */
#define HELPER_MILLISECONDS 5000

/* Of /dev/fuse, on every system. */
#define FUSE_DEVICE_NUMBER makedev(10, 229)

extern char **environ;

/*
 * The user's environment (a helper may be a wrapper that needs it), without what would change the libraries it loads or
 * the language of what it says.
 */
static char **helper_environment(void)
{
	size_t count = 0, used = 0;
	while (environ[count])
		count++;
	char **copy = calloc(count + 3, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		bool dropped = text_starts_with(environ[i], "LD_") || text_starts_with(environ[i], "_FUSE_COMMFD=") ||
			       text_starts_with(environ[i], "LC_ALL=");
		if (!dropped)
			copy[used++] = environ[i];
	}
	copy[used++] = "_FUSE_COMMFD=3";
	copy[used] = "LC_ALL=C";
	return copy;
}

/* Starts the helper with `socket` as its descriptor 3 (or none) and `errors` as its stderr. Returns its pid, or -errno. */
static pid_t spawn(const char *helper, char *const arguments[], int socket, int errors)
{
	pid_t pid;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	char **environment = helper_environment();
	if (!environment)
		return -ENOMEM;
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (errors >= 0) {
		posix_spawn_file_actions_adddup2(&actions, errors, STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	}
	if (socket >= 0)
		posix_spawn_file_actions_adddup2(&actions, socket, HELPER_SOCKET);
	int error = posix_spawn(&pid, helper, &actions, &attributes, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(environment);
	return error ? -error : pid;
}

/* Its wait status, or a negative errno; -ETIMEDOUT when it had to be killed. */
static int wait_for(pid_t pid)
{
	int status;
	int process = process_open(pid);
	bool killed = process >= 0 && !process_has_ended(process, HELPER_MILLISECONDS);
	if (killed)
		kill(pid, SIGKILL);
	if (process >= 0)
		close(process);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno; /* ECHILD: whoever started us ignores SIGCHLD, and so do we */
	}
	return killed ? -ETIMEDOUT : status;
}

/* Its message, without its own name before it. */
static const char *what_it_says(const char *helper, const char *text)
{
	size_t length = strlen(helper);
	bool named = strncmp(text, helper, length) == 0 && strncmp(text + length, ": ", 2) == 0;
	return named ? text + length + 2 : text;
}

static void note_failure(const struct mount_request *request, const char *helper, int errors, int status)
{
	char text[ERROR_TEXT_MAX];
	ssize_t length = read(errors, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	/* Whatever it prints ends up on a terminal. */
	for (char *at = text; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
	if (*text)
		note(request->notes, "fusermount: %s: %s", helper, what_it_says(helper, text));
	else if (status == -ETIMEDOUT)
		note(request->notes, "fusermount: %s: no answer within %d seconds", helper, HELPER_MILLISECONDS / 1000);
	else if (status >= 0 && WIFEXITED(status))
		note(request->notes, "fusermount: %s: exit status %d, and nothing mounted", helper, WEXITSTATUS(status));
	else
		note(request->notes, "fusermount: %s: ended without an answer", helper);
}

/* In mount options, a comma ends an option and a backslash makes the next character plain. */
static char *escape(const char *text)
{
	char *escaped = calloc(2, strlen(text) + 1);
	if (!escaped)
		return NULL;
	char *to = escaped;
	for (; *text; text++) {
		if (*text == ',' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	return escaped;
}

/* The socket, kept out of the way of descriptor 3, which the helper's end becomes. */
static int open_channel(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	int error = 0;
	for (int i = 0; i < 2; i++) {
		int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, HELPER_SOCKET + 1);
		if (moved < 0 && !error)
			error = -errno;
		close(ends[i]);
		ends[i] = moved;
	}
	for (int i = 0; error && i < 2; i++) {
		if (ends[i] >= 0)
			close(ends[i]);
	}
	return error;
}

/* Something is mounted on this descriptor: the kernel's first request waits there. Without a mount, it polls as an error. */
static bool is_mounted_device(int device)
{
	struct stat status;
	struct pollfd entry = { .fd = device, .events = POLLIN };
	if (fstat(device, &status) || !S_ISCHR(status.st_mode) || status.st_rdev != FUSE_DEVICE_NUMBER)
		return false;
	return poll(&entry, 1, 0) == 1 && !(entry.revents & POLLERR);
}

static int receive_device(int channel)
{
	struct pollfd entry = { .fd = channel, .events = POLLIN };
	int ready;
	while ((ready = poll(&entry, 1, HELPER_MILLISECONDS)) < 0 && errno == EINTR)
		;
	if (ready <= 0)
		return -ETIMEDOUT;
	int device = descriptor_receive(channel);
	if (device < 0 || is_mounted_device(device))
		return device;
	close(device);
	return -ENODEV;
}

int helper_mount(const struct mount_request *request, const char *helper)
{
	int channel[2], errors[2];
	int error = open_channel(channel);
	if (error) {
		note(request->notes, "fusermount: cannot open a socket: %s", strerror(-error));
		return error;
	}
	if (pipe2(errors, O_CLOEXEC | O_NONBLOCK)) {
		error = -errno;
		note(request->notes, "fusermount: cannot open a pipe: %s", strerror(-error));
		close(channel[0]);
		close(channel[1]);
		return error;
	}
	char *source = escape(request->source);
	char *options = text_format("ro,nosuid,nodev,max_read=%u,subtype=" FUSE_SUBTYPE ",fsname=%s", FILE_READ_MAX,
				    source ? source : FUSE_SUBTYPE);
	char *const arguments[] = { (char *)helper, "-o", options, "--", (char *)request->point, NULL };
	pid_t pid = spawn(helper, arguments, channel[1], errors[1]);
	close(channel[1]);
	close(errors[1]);
	int device = pid < 0 ? pid : receive_device(channel[0]);
	if (device == -ETIMEDOUT)
		kill(pid, SIGKILL);
	close(channel[0]);
	int status = pid < 0 ? -1 : wait_for(pid);
	if (pid < 0)
		note(request->notes, "fusermount: %s: %s", helper, strerror(-pid));
	else if (device < 0)
		note_failure(request, helper, errors[0], device == -ETIMEDOUT ? device : status);
	close(errors[0]);
	free(options);
	free(source);
	return device;
}

int unmount_by_fusermount(const char *helper, const char *point, bool lazily)
{
	char *const arguments[] = { (char *)helper, lazily ? "-uzq" : "-uq", "--", (char *)point, NULL };
	pid_t pid = spawn(helper, arguments, -1, -1);
	if (pid < 0)
		return pid;
	int status = wait_for(pid);
	return status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EBUSY;
}
