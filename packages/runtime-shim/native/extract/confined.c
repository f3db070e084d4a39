#include "extract/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extract/interrupt.h"
#include "system/confine.h"
#include "system/text.h"

#define FAILED_MAX 4096
#define PATIENCE_MS 100

/* What the child says: how many were extracted, or the error, and the path at which that happened. */
struct result {
	long extracted;
	char failed[FAILED_MAX];
};

static _Noreturn void extract_in_child(const struct extraction *extraction, int to, pid_t parent)
{
	struct result result = { .extracted = 0 };
	char *failed;
	/* Whoever kills the start kills this, too. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	confine_writer(extraction->target);
	result.extracted = extract_tree(extraction, &failed);
	if (failed)
		strncpy(result.failed, failed, sizeof(result.failed) - 1);
	(void)!write(to, &result, sizeof(result));
	_exit(0);
}

/* A signal may come just before the wait begins, which then does not end: so it never waits for long. */
static bool hear(int from, pid_t child, struct result *result)
{
	struct pollfd entry = { .fd = from, .events = POLLIN };
	size_t done = 0;
	ssize_t count = 1;
	while (done < sizeof(*result) && count > 0) {
		if (interrupt_is_pending())
			kill(child, SIGKILL);
		if (poll(&entry, 1, PATIENCE_MS) <= 0)
			continue;
		count = read(from, (char *)result + done, sizeof(*result) - done);
		done += count > 0 ? (size_t)count : 0;
	}
	result->failed[sizeof(result->failed) - 1] = '\0';
	return done == sizeof(*result);
}

long extract_confined(const struct extraction *extraction, char **failed)
{
	static struct result result;
	int ends[2];
	pid_t parent = getpid();
	pid_t child = pipe2(ends, O_CLOEXEC) ? -1 : fork();
	/* With no process or descriptor to spare, it is done here. */
	if (child < 0)
		return extract_tree(extraction, failed);
	if (child == 0)
		extract_in_child(extraction, ends[1], parent);
	close(ends[1]);
	bool heard = hear(ends[0], child, &result);
	close(ends[0]);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	*failed = heard && *result.failed ? text_copy(result.failed) : NULL;
	if (interrupt_is_pending())
		return -EINTR;
	return heard ? result.extracted : -ECANCELED;
}
