#include "system/process.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* the same number on every architecture */
#endif

int process_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

bool process_has_ended(int descriptor, int milliseconds)
{
	struct pollfd entry = { .fd = descriptor, .events = POLLIN };
	int ready;
	while ((ready = poll(&entry, 1, milliseconds)) < 0 && errno == EINTR)
		;
	return ready == 1;
}
