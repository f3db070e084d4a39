/*
 * Runs a program on a kernel that refuses some calls: deny ANSWER CALL[,CALL…]
 * PROGRAM [ARGUMENT…] ANSWER is an errno, 0 for a call that claims to have
 * worked, or "kill".
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{ "mount", SYS_mount },     { "unshare", SYS_unshare },         { "setns", SYS_setns },
	{ "umount2", SYS_umount2 }, { "socketpair", SYS_socketpair },   { "pidfd_open", SYS_pidfd_open },
	{ "seccomp", SYS_seccomp }, { "close_range", SYS_close_range }, { "statx", SYS_statx },
	{ "mount_setattr", 442 },
	{ "memfd_create", SYS_memfd_create },
};

int main(int count, char **arguments)
{
	struct sock_filter code[64];
	unsigned short length = 0;
	if (count < 4)
		return 2;
	unsigned verdict = strcmp(arguments[1], "kill") == 0 ? SECCOMP_RET_KILL_PROCESS
							     : SECCOMP_RET_ERRNO | (unsigned)atoi(arguments[1]);
	char *all = strdup(arguments[2]);
	code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (char *name = strtok(arguments[2], ","); name; name = strtok(NULL, ",")) {
		for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
			if (strcmp(name, calls[i].name) != 0)
				continue;
			code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
			code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict);
		}
	}
	if (strstr(all, "seccomp")) {
		/* The older way to install a filter. */
		code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3);
		code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args));
		code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1);
		code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict);
	}
	code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = length, .filter = code };
	/* As root, so that setuid programs go on to work under it. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0)) {
		perror("deny");
		return 2;
	}
	execvp(arguments[3], arguments + 3);
	perror(arguments[3]);
	return 127;
}
