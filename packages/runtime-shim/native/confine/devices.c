#include "confine/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/fail.h"
#include "confine/mounts.h"
#include "confine/path.h"

/* Of the host's: only its own administrator may make device nodes. */
static const char *const nodes[] = { "null", "zero", "full", "random", "urandom", "tty" };

static const struct {
	const char *name, *target;
} links[] = {
	{ "stdin", "/proc/self/fd/0" }, { "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "fd", "/proc/self/fd" },      { "core", "/proc/kcore" },       { "ptmx", "pts/ptmx" },
};

/* The name of a descriptor from this root. */
static char *path_of(int descriptor)
{
	char *name = mounts_name(descriptor), path[PATH_MAX];
	ssize_t length = readlink(name, path, sizeof(path) - 1);
	free(name);
	if (length < 0)
		fail_errno("cannot name a descriptor");
	path[length] = '\0';
	return strdup(path);
}

static void show_device(int source, int folder, const char *name)
{
	int place = path_open(folder, name, PATH_FILE, 0755, 0444);
	int error = place < 0 ? place : mounts_bind(source, place);
	if (!error)
		error = mounts_restrict(place, MS_NOSUID, true);
	errno = -error;
	if (error)
		fail_errno("cannot show device %s", name);
	close(place);
}

static void show_nodes(int folder)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		char path[sizeof(OLD_ROOT "/dev/urandom")];
		snprintf(path, sizeof(path), OLD_ROOT "/dev/%s", nodes[i]);
		int source = open(path, O_PATH | O_CLOEXEC);
		if (source < 0)
			fail_errno("cannot find device %s", nodes[i]);
		show_device(source, folder, nodes[i]);
		close(source);
	}
}

static void make_terminals(int folder)
{
	int place = path_open(folder, "pts", PATH_FOLDER, 0755, 0755);
	int error = place < 0 ? place
			      : mounts_make("devpts", place, MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620");
	errno = -error;
	if (error)
		fail_errno("cannot mount devpts");
	close(place);
}

/* The terminal that output goes to, so that its name means something inside. */
static void show_console(int folder)
{
	int terminal = isatty(STDOUT_FILENO) ? STDOUT_FILENO : -1;
	char *name = terminal < 0 ? NULL : mounts_name(terminal), path[PATH_MAX];
	ssize_t length = name ? readlink(name, path, sizeof(path) - 1) : -1;
	free(name);
	if (length < 0)
		return;
	path[length] = '\0';
	/* One from another mount namespace has no name here. */
	int source = strncmp(path, OLD_ROOT "/", sizeof(OLD_ROOT)) == 0 ? open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
	if (source < 0)
		return;
	show_device(source, folder, "console");
	close(source);
}

void devices_make(int place, const char *target)
{
	int error = mounts_make("tmpfs", place, MS_NOSUID | MS_NODEV, "mode=0755");
	errno = -error;
	if (error)
		fail_errno("cannot mount tmpfs on %s", target);
	char *path = path_of(place);
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		fail_errno("cannot open %s", target);
	show_nodes(folder);
	if (mkdirat(folder, "shm", 0755))
		fail_errno("cannot make %s/shm", target);
	make_terminals(folder);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		if (symlinkat(links[i].target, folder, links[i].name))
			fail_errno("cannot make %s/%s", target, links[i].name);
	}
	show_console(folder);
	free(path);
	close(folder);
}
