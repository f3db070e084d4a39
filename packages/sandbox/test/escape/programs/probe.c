/*
 * Tries one way out of a confinement: probe NAME [ARGUMENT…]. Says "reached" when it is open, "denied" and why when it is not.
 * What has to be opened first is opened by the way that an application would take.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLONE3 435
#define IO_URING_SETUP 425

static int say(int reached)
{
	if (reached)
		puts("reached");
	else
		printf("denied: %s\n", strerror(errno));
	return 0;
}

static int reads(int folder, const char *path)
{
	char content[64] = "";
	int file = openat(folder, path, O_RDONLY);
	return file >= 0 && read(file, content, sizeof(content) - 1) > 0 && strstr(content, "SECRET");
}

static int writes(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	return file >= 0 && write(file, "x", 1) == 1;
}

/* Whether any process shows a way to the file: by its root, its working directory or what it has open. */
static int by_processes(const char *secret)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int found = 0;
	while (processes && !found && (entry = readdir(processes))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || atoi(entry->d_name) == getpid())
			continue;
		char path[512];
		snprintf(path, sizeof(path), "/proc/%s/root%s", entry->d_name, secret);
		found = reads(AT_FDCWD, path);
		for (int number = 0; !found && number < 16; number++) {
			struct stat status;
			snprintf(path, sizeof(path), "/proc/%s/fd/%d", entry->d_name, number);
			if (stat(path, &status) || !S_ISDIR(status.st_mode))
				continue;
			int folder = open(path, O_RDONLY | O_DIRECTORY);
			char up[1024];
			snprintf(up, sizeof(up), "../../../../../../../../..%s", secret);
			found = folder >= 0 && reads(folder, up);
		}
	}
	errno = ENOENT;
	return found;
}

static int user_namespace_by_clone3(void)
{
	uint64_t arguments[8] = { CLONE_NEWUSER, 0, 0, 0, SIGCHLD };
	long child = syscall(CLONE3, arguments, sizeof(arguments));
	if (child == 0)
		_exit(0);
	return child > 0;
}

static int user_namespace_by_clone(void)
{
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(0);
	return child > 0;
}

/* As whoever may not mount would do it: in a namespace of one's own. */
static int mounts(void)
{
	if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return 0;
	return mount("none", "/proc", "tmpfs", 0, NULL) == 0;
}

static int makes_writable(const char *folder)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/written", folder);
	mount(NULL, folder, NULL, MS_REMOUNT | MS_BIND, NULL);
	umount2(folder, MNT_DETACH);
	return writes(path);
}

/* Types a letter into a terminal that is the own one, as that of a shell would be. */
static int types_into_terminal(void)
{
	setsid();
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master))
		return 0;
	int terminal = open(ptsname(master), O_RDWR);
	return terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0 && ioctl(terminal, TIOCSTI, "x") == 0;
}

/* The number of the request with bits that the kernel does not look at. */
static int types_by_a_wide_request(void)
{
	setsid();
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master))
		return 0;
	int terminal = open(ptsname(master), O_RDWR);
	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0))
		return 0;
	return syscall(SYS_ioctl, (long)terminal, (long)TIOCSTI | (1L << 40), "x") == 0;
}

static int connects_to(const char *name, int is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	memcpy(address.sun_path + is_abstract, name, length);
	int any = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
	return any >= 0 && connect(any, (struct sockaddr *)&address, size) == 0;
}

static int connects_to_port(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	int any = socket(AF_INET, SOCK_STREAM, 0);
	return any >= 0 && connect(any, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static int attaches_to(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, 0, 0) == 0; /* without stopping it */
}

/* Of a child of its own, as debuggers do. */
static int traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;
}

static int reads_memory_of(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	return open(path, O_RDWR) >= 0;
}

static int keeps_a_key(void)
{
	return syscall(SYS_add_key, "user", "appimage-js-probe", "x", 1UL, -3 /* of the session */) >= 0;
}

#if defined(__x86_64__)
/* keyctl(KEYCTL_GET_KEYRING_ID, session, create) by its number for i386. */
static int asks_by_the_older_architecture(void)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(288), "b"(0), "c"(-3), "d"(1) : "memory", "r8", "r9", "r10", "r11");
	errno = -result;
	return result > 0;
}
#else
static int asks_by_the_older_architecture(void)
{
	return keeps_a_key();
}
#endif

static int counts_events(void)
{
	struct perf_event_attr attributes = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attributes), .exclude_kernel = 1 };
	return syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0) >= 0;
}

static int opens_by_handle(void)
{
	struct {
		struct file_handle handle;
		char room[128];
	} file = { .handle = { .handle_bytes = 128 } };
	int mount_id;
	if (syscall(SYS_name_to_handle_at, AT_FDCWD, "/usr", &file, &mount_id, 0))
		return 0;
	int folder = open("/usr", O_RDONLY | O_DIRECTORY);
	return syscall(SYS_open_by_handle_at, folder, &file, O_RDONLY) >= 0;
}

static int makes_a_device(const char *folder)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/device", folder);
	int made = mknod(path, S_IFCHR | 0600, makedev(1, 3)) == 0 && open(path, O_RDWR) >= 0;
	int error = errno;
	unlink(path);
	errno = error;
	return made;
}

int main(int count, char **arguments)
{
	const char *name = count > 1 ? arguments[1] : "", *first = count > 2 ? arguments[2] : "";
	int number = atoi(first);
	char ring[256] = { 0 };
#define PROBE(text, expression) \
	if (strcmp(name, text) == 0) \
	return say(expression)
	PROBE("read", reads(AT_FDCWD, first));
	PROBE("write", writes(first));
	PROBE("list", opendir(first) != NULL);
	PROBE("open-for-writing", open(first, O_WRONLY) >= 0);
	PROBE("read-through", reads(number, arguments[3]));
	PROBE("by-processes", by_processes(first));
	PROBE("make-writable", makes_writable(first));
	PROBE("mount", mounts());
	PROBE("unshare", unshare(CLONE_NEWUSER) == 0);
	PROBE("clone", user_namespace_by_clone());
	PROBE("clone3", user_namespace_by_clone3());
	PROBE("tiocsti", types_into_terminal());
	PROBE("wide-tiocsti", types_by_a_wide_request());
	PROBE("signal", kill(number, 0) == 0);
	PROBE("attach", attaches_to(number));
	PROBE("trace", traces());
	PROBE("memory", reads_memory_of(number));
	PROBE("key", keeps_a_key());
	PROBE("older-architecture", asks_by_the_older_architecture());
	PROBE("abstract", connects_to(first, 1));
	PROBE("socket", connects_to(first, 0));
	PROBE("port", connects_to_port(number));
	PROBE("shared-memory", shmat(number, NULL, SHM_RDONLY) != (void *)-1);
	PROBE("ring", syscall(IO_URING_SETUP, 4, ring) >= 0);
	PROBE("family", socket(number, SOCK_STREAM, 0) >= 0 || socket(number, SOCK_SEQPACKET, 0) >= 0);
	PROBE("events", counts_events());
	PROBE("handle", opens_by_handle());
	PROBE("device", makes_a_device(first));
	PROBE("root", geteuid() == 0);
	PROBE("variable", getenv(first) != NULL);
	PROBE("log", syscall(SYS_syslog, 3, ring, 1) >= 0);
	fprintf(stderr, "probe: there is no %s\n", name);
	return 2;
}
