#include "confine/describe.h"

#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/fail.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

static const struct {
	const char *name;
	int flag;
} kinds[] = {
	{ "cgroup", CLONE_NEWCGROUP }, { "ipc", CLONE_NEWIPC }, { "mnt", CLONE_NEWNS },
	{ "net", CLONE_NEWNET },       { "pid", CLONE_NEWPID }, { "uts", CLONE_NEWUTS },
};

/* A JSON object whose members are set apart by `gap` each, in one piece. */
static void write_to(int descriptor, pid_t child, int namespaces, const char *begin, const char *gap, const char *end)
{
	char text[1024];
	int length = snprintf(text, sizeof(text), "%s\"child-pid\": %i", begin, child);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char path[64];
		struct stat status;
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", child, kinds[i].name);
		if (!(namespaces & kinds[i].flag) || stat(path, &status))
			continue;
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%s\"%s-namespace\": %llu", gap, kinds[i].name,
				   (unsigned long long)status.st_ino);
	}
	length += snprintf(text + length, sizeof(text) - (size_t)length, "%s", end);
	(void)!write(descriptor, text, (size_t)length);
}

void describe_child(const struct settings *settings, pid_t child, int namespaces)
{
	if (settings->info >= 0) {
		write_to(settings->info, child, namespaces, "{\n    ", ",\n    ", "\n}\n");
		close(settings->info);
	}
	if (settings->status >= 0)
		write_to(settings->status, child, namespaces, "{ ", ", ", " }\n");
}
