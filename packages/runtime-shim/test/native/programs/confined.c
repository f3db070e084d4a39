/* What may still be done behind confine_reader(): tries one thing, the first
 * argument, and prints how that ended. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/confine.h"

static long attempt(const char *what, void *page)
{
	if (strcmp(what, "read") == 0)
		return read(0, page, 1);
	if (strcmp(what, "memory") == 0)
		return mmap(NULL, 1 << 22, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
	if (strcmp(what, "open") == 0)
		return open("/dev/null", O_RDONLY);
	if (strcmp(what, "executable memory") == 0)
		return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
	if (strcmp(what, "memory made executable") == 0)
		return mprotect(page, 4096, PROT_READ | PROT_EXEC);
	if (strcmp(what, "process") == 0)
		return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (strcmp(what, "program") == 0)
		return execl("/bin/true", "true", (char *)NULL);
	if (strcmp(what, "socket") == 0)
		return socket(AF_UNIX, SOCK_STREAM, 0);
	if (strcmp(what, "signal") == 0)
		return kill(getppid(), 0);
	if (strcmp(what, "unmount") == 0)
		return umount("/nowhere");
	if (strcmp(what, "trace") == 0)
		return ptrace(PTRACE_TRACEME, 0, 0, 0);
#if defined(__x86_64__)
	if (strcmp(what, "x32 call") == 0)
		return syscall(0x40000000 | SYS_read, 0, page, 1);
	if (strcmp(what, "call of 32 bits") == 0) {
		long result;
		__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
		return result;
	}
#endif
	return -2;
}

int main(int count, char **arguments)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (count < 2 || page == MAP_FAILED || !confine_reader())
		return 2;
	long result = attempt(arguments[1], page);
	const char *text = result == -2 ? "unknown\n" : result < 0 ? strerror(errno) : "done";
	/* Not by stdio, which would look at what kind of file it writes to. */
	if (write(1, text, strlen(text)) < 0)
		_exit(1);
	_exit(0);
}
