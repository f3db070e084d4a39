/*
 * The AppRun of the matrix: a static program, so that it runs wherever the runtime does. It writes what it finds into a report, a
 * field after another, each ended by a zero, says one line on stdout, and ends as it is told to:
 *
 *   application REPORT exit STATUS [ARG…]
 *   application REPORT signal NUMBER [ARG…]
 *   application REPORT inner [ARG…]      becomes the program "inner" of its image, with those arguments
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FUSE_MAGIC 0x65735546

/* What it ends with when it cannot do its work: neither a status that the tests ask for nor one of the runtime's. */
#define OWN_FAILURE 99

extern char **environ;

static void tell(FILE *report, const char *name, const char *value)
{
	fprintf(report, "%s=%s%c", name, value ? value : "(none)", '\0');
}

static void tell_content(FILE *report, const char *folder)
{
	char path[8192], text[64];
	snprintf(path, sizeof(path), "%s/content", folder);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(file, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	tell(report, "content", file < 0 ? strerror(errno) : text);
	close(file);
}

/* How it comes to be there; the options of a mount only where /proc shows them. */
static void tell_mount(FILE *report, const char *folder)
{
	struct statfs status;
	char line[8192], mount_point[8192], name[64] = "";
	tell(report, "fuse", statfs(folder, &status) == 0 && status.f_type == FUSE_MAGIC ? "yes" : "no");
	FILE *table = fopen("/proc/self/mountinfo", "re");
	while (table && fgets(line, sizeof(line), table)) {
		if (sscanf(line, "%*s %*s %*s %*s %8191s", mount_point) == 1 && strcmp(mount_point, folder) == 0)
			tell(report, "mount", line);
	}
	if (table)
		fclose(table);
	ssize_t length = readlink("/proc/self/ns/user", name, sizeof(name) - 1);
	tell(report, "namespace", length > 0 ? name : NULL);
}

static void tell_descriptors(FILE *report)
{
	char number[16];
	for (int descriptor = 0; descriptor < 2048; descriptor++) {
		if (descriptor == fileno(report) || fcntl(descriptor, F_GETFD) < 0)
			continue;
		snprintf(number, sizeof(number), "%d", descriptor);
		tell(report, "descriptor", number);
	}
}

int main(int count, char **arguments)
{
	const char *folder = getenv("APPDIR");
	/* A limit on the size of files is a condition of its own: the report may be larger. */
	signal(SIGXFSZ, SIG_IGN);
	/* An earlier one may be of a start with a umask that forbids everything. */
	if (count > 3)
		unlink(arguments[1]);
	FILE *report = count > 3 ? fopen(arguments[1], "we") : NULL;
	if (!report || !folder) {
		dprintf(2, "cannot write %s: %s\n", count > 1 ? arguments[1] : "(nothing)", strerror(errno));
		return OWN_FAILURE;
	}
	tell_descriptors(report);
	for (int i = 4; i < count; i++)
		tell(report, "argument", arguments[i]);
	tell(report, "APPDIR", folder);
	tell(report, "APPIMAGE", getenv("APPIMAGE"));
	tell(report, "ARGV0", getenv("ARGV0"));
	tell(report, "OWD", getenv("OWD"));
	tell_content(report, folder);
	tell_mount(report, folder);
	if (fclose(report))
		return OWN_FAILURE;

	static const char line[] = "the application's own line\n";
	if (strcmp(arguments[2], "inner") == 0) {
		char path[8192];
		snprintf(path, sizeof(path), "%s/inner", folder);
		execve(path, arguments + 2, environ);
		return OWN_FAILURE;
	}
	/* Where stdout is closed, that is the caller's wish. */
	(void)!write(STDOUT_FILENO, line, sizeof(line) - 1);
	if (strcmp(arguments[2], "signal") == 0)
		kill(getpid(), atoi(arguments[3]));
	return strcmp(arguments[2], "exit") == 0 ? atoi(arguments[3]) : OWN_FAILURE;
}
