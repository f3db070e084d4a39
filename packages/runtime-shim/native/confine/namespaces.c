#include "confine/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/fail.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

/* Linux before 4.6 has no namespaces of control groups, and a kernel may be built without those of users. */
static bool has(const char *namespace)
{
	return access(namespace, F_OK) == 0;
}

int namespaces_wanted(const struct settings *settings)
{
	int wanted = settings->unshare | CLONE_NEWNS;
	int possible = settings->unshare_if_possible;
	if (!has("/proc/self/ns/user"))
		possible &= ~CLONE_NEWUSER;
	if (!has("/proc/self/ns/cgroup"))
		possible &= ~CLONE_NEWCGROUP;
	/* Without it, an ordinary user may have none of the others. */
	if (geteuid() != 0)
		possible |= CLONE_NEWUSER;
	return wanted | possible;
}

/* What the administrator has to change, as far as that can be seen. */
static const char *reason(int error)
{
	if (error == ENOSPC || error == EUSERS)
		return " (the limit in /proc/sys/user/max_*_namespaces is reached)";
	if (error == EPERM && has("/proc/sys/kernel/unprivileged_userns_clone"))
		return " (see /proc/sys/kernel/unprivileged_userns_clone)";
	if (error == EINVAL)
		return " (the kernel has no such namespaces)";
	return "";
}

pid_t namespaces_fork(int namespaces)
{
	pid_t child = (pid_t)syscall(SYS_clone, (unsigned long)(namespaces | SIGCHLD), NULL, NULL, NULL, NULL);
	if (child < 0) {
		int error = errno;
		fail("cannot make namespaces: %s%s", strerror(error), reason(error));
	}
	return child;
}

static void write_at(int folder, const char *path, const char *text)
{
	int file = openat(folder, path, O_WRONLY | O_CLOEXEC);
	size_t length = strlen(text);
	if (file < 0 || write(file, text, length) != (ssize_t)length)
		fail_errno("cannot write /proc/%s", path);
	close(file);
}

static void map(int proc, unsigned inside_user, unsigned outside_user, unsigned inside_group, unsigned outside_group)
{
	char line[64];
	/* A kernel before 3.19 has no such file and needs no such promise. */
	if (faccessat(proc, "self/setgroups", F_OK, 0) == 0)
		write_at(proc, "self/setgroups", "deny");
	snprintf(line, sizeof(line), "%u %u 1\n", inside_user, outside_user);
	write_at(proc, "self/uid_map", line);
	snprintf(line, sizeof(line), "%u %u 1\n", inside_group, outside_group);
	write_at(proc, "self/gid_map", line);
}

static unsigned final_user(const struct settings *settings)
{
	return settings->uid < 0 ? settings->caller_user : (unsigned)settings->uid;
}

static unsigned final_group(const struct settings *settings)
{
	return settings->gid < 0 ? settings->caller_group : (unsigned)settings->gid;
}

/* The kernel gives new terminals to root, whoever that is. */
static bool needs_root(const struct settings *settings)
{
	for (size_t i = 0; i < settings->operation_count; i++) {
		if (settings->operations[i].kind == OPERATION_DEV)
			return final_user(settings) != 0;
	}
	return false;
}

void namespaces_map_user(const struct settings *settings, int proc)
{
	unsigned user = settings->caller_user, group = settings->caller_group;
	if (needs_root(settings))
		map(proc, 0, user, 0, group);
	else
		map(proc, final_user(settings), user, final_group(settings), group);
}

void namespaces_settle(const struct settings *settings, int proc)
{
	bool is_root = needs_root(settings);
	if (settings->disable_user_namespaces)
		write_at(proc, "sys/user/max_user_namespaces", "1");
	if (is_root || settings->disable_user_namespaces) {
		if (unshare(CLONE_NEWUSER))
			fail_errno("cannot make a namespace in the namespace");
		map(proc, final_user(settings), is_root ? 0 : final_user(settings), final_group(settings),
		    is_root ? 0 : final_group(settings));
	}
}

void namespaces_start_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool started = any >= 0 && ioctl(any, SIOCGIFFLAGS, &request) == 0;
	request.ifr_flags |= IFF_UP;
	if (!started || ioctl(any, SIOCSIFFLAGS, &request))
		fail_errno("cannot start the loopback network");
	close(any);
}
