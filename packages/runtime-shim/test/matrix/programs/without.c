/*
 * Runs a program that the kernel denies something to, as the seccomp filter of a container or the profile of a security module does:
 *
 *   without WORD[,WORD…] PROGRAM [ARG…]
 *
 * Started with CAP_SYS_ADMIN, it leaves setuid programs what they are: "no new privileges" is not set.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every architecture. */
#define NR_MOVE_MOUNT 429
#define NR_FSOPEN 430
#define NR_FSMOUNT 432
#define NR_PIDFD_OPEN 434
#define NR_CLONE3 435
#define NR_CLOSE_RANGE 436

/* A call that fails with that error: always, or when its first argument has one of those bits. */
struct denial {
	const char *word;
	unsigned number;
	unsigned bits;
	int error;
};

static const struct denial denials[] = {
	{ "mount", SYS_mount, 0, EPERM },
	{ "mount", NR_FSOPEN, 0, EPERM },
	{ "mount", NR_FSMOUNT, 0, EPERM },
	{ "mount", NR_MOVE_MOUNT, 0, EPERM },
	{ "namespaces", SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS, EPERM },
	{ "namespaces", SYS_clone, CLONE_NEWUSER | CLONE_NEWNS, EPERM },
	/* As container engines do it: its flags are behind a pointer, and everybody falls back to clone(2). */
	{ "namespaces", NR_CLONE3, 0, ENOSYS },
	{ "new-calls", NR_PIDFD_OPEN, 0, ENOSYS },
	{ "new-calls", NR_CLONE3, 0, ENOSYS },
	{ "new-calls", NR_CLOSE_RANGE, 0, ENOSYS },
	{ "seccomp", SYS_seccomp, 0, ENOSYS },
	{ "sockets", SYS_socketpair, 0, EPERM },
	{ "sockets", SYS_socket, 0, EPERM },
	{ "locks", SYS_flock, 0, ENOLCK },
};

#define DENIALS (sizeof(denials) / sizeof(denials[0]))

static struct sock_filter filter[DENIALS * 6 + 2];
static unsigned short length;

static void emit(unsigned short code, unsigned operand, unsigned char if_true, unsigned char if_false)
{
	filter[length++] = (struct sock_filter){ .code = code, .jt = if_true, .jf = if_false, .k = operand };
}

static void deny(const struct denial *denial)
{
	unsigned verdict = SECCOMP_RET_ERRNO | (unsigned)denial->error;
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	if (!denial->bits) {
		emit(BPF_JMP | BPF_JEQ | BPF_K, denial->number, 0, 1);
		emit(BPF_RET | BPF_K, verdict, 0, 0);
		return;
	}
	emit(BPF_JMP | BPF_JEQ | BPF_K, denial->number, 0, 3);
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args), 0, 0);
	emit(BPF_JMP | BPF_JSET | BPF_K, denial->bits, 0, 1);
	emit(BPF_RET | BPF_K, verdict, 0, 0);
}

int main(int count, char **arguments)
{
	if (count < 3)
		return 2;
	for (char *word = strtok(arguments[1], ","); word; word = strtok(NULL, ",")) {
		for (size_t i = 0; i < DENIALS; i++) {
			if (strcmp(denials[i].word, word) == 0)
				deny(&denials[i]);
		}
	}
	emit(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	struct sock_fprog program = { .len = length, .filter = filter };
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("without: prctl(PR_SET_SECCOMP)");
		return 98;
	}
	execvp(arguments[2], arguments + 2);
	perror(arguments[2]);
	return 98;
}
