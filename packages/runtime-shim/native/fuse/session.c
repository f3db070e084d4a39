#include "fuse/session.h"

#include <errno.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <string.h>
#include <unistd.h>

#include "fuse/request.h"
#include "system/confine.h"

#define WORKERS_MAX 4

/* Since Linux 3.15; older kernels lack what is relied upon here. */
#define MINOR_LEAST 23

unsigned fuse_session_workers(void)
{
	cpu_set_t processors;
	if (sched_getaffinity(0, sizeof(processors), &processors))
		return 1;
	unsigned count = (unsigned)CPU_COUNT(&processors);
	return count < WORKERS_MAX ? count : WORKERS_MAX;
}

/* Waits for a request. Does not return once the file system is gone. */
static struct fuse_request receive(struct fuse_session *session, void *buffer, size_t size)
{
	for (;;) {
		ssize_t length = read(session->device, buffer, size);
		if (length >= (ssize_t)sizeof(struct fuse_in_header))
			return fuse_request_over(session, buffer, (size_t)length);
		if (length < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT))
			continue; /* ENOENT: whoever asked was interrupted before this could be read */
		_exit(length < 0 && errno == ENODEV ? 0 : 1);
	}
}

static void *work(void *argument);

/* One more thread after each read, until there are enough: an application that reads little costs one thread. */
static void grow(struct fuse_session *session)
{
	if (atomic_load(&session->workers) >= session->workers_wanted)
		return;
	if (atomic_fetch_add(&session->workers, 1) >= session->workers_wanted)
		return;
	pthread_t thread;
	if (pthread_create(&thread, NULL, work, session) == 0)
		pthread_detach(thread);
}

static void *work(void *argument)
{
	struct fuse_session *session = argument;
	alignas(8) char buffer[FUSE_MIN_READ_BUFFER];
	for (;;) {
		struct fuse_request request = receive(session, buffer, sizeof(buffer));
		fuse_request_answer(&request);
		if (request.header.opcode == FUSE_READ)
			grow(session);
	}
	return NULL;
}

/*
 * Listings always with attributes, not when the kernel thinks best: it starts with the first page and, for a program that reads
 * all names before it looks at the files (find, ls -l, du), goes on without. Then each of the files is another request.
 */
static uint32_t wanted_flags(void)
{
	return FUSE_ASYNC_READ | FUSE_PARALLEL_DIROPS | FUSE_DO_READDIRPLUS | FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS |
	       FUSE_NO_OPEN_SUPPORT | FUSE_NO_OPENDIR_SUPPORT;
}

/* The first exchange. A kernel with a later major version asks again once it has heard ours. */
static void negotiate(struct fuse_session *session)
{
	alignas(8) char buffer[FUSE_MIN_READ_BUFFER];
	for (;;) {
		struct fuse_request request = receive(session, buffer, sizeof(buffer));
		struct fuse_init_in init = { 0 };
		if (request.header.opcode != FUSE_INIT) {
			fuse_reply_error(&request, -EIO);
			continue;
		}
		/* Kernels send as much of the structure as they know. */
		memcpy(&init, request.body, request.body_size < sizeof(init) ? request.body_size : sizeof(init));
		if (init.major < FUSE_KERNEL_VERSION || (init.major == FUSE_KERNEL_VERSION && init.minor < MINOR_LEAST)) {
			fuse_reply_error(&request, -EPROTO);
			_exit(1);
		}
		uint32_t flags = init.flags & wanted_flags();
		struct fuse_init_out out = {
			.major = FUSE_KERNEL_VERSION,
			.minor = FUSE_KERNEL_MINOR_VERSION,
			.max_readahead = FILE_READ_MAX,
			.flags = flags,
			.max_background = 64,
			.congestion_threshold = 48,
			.max_write = 4096, /* nothing is ever written; this keeps the buffer for requests small */
			.time_gran = 1000000000,
			.max_pages = FILE_READ_MAX / 4096,
		};
		session->without_open = flags & FUSE_NO_OPEN_SUPPORT;
		session->without_opendir = flags & FUSE_NO_OPENDIR_SUPPORT;
		fuse_reply(&request, &out, sizeof(out));
		if (init.major == FUSE_KERNEL_VERSION)
			return;
	}
}

void fuse_session_run(int device, struct filesystem *fs, unsigned workers)
{
	struct fuse_session session = { .device = device, .fs = fs, .workers_wanted = workers };
	atomic_init(&session.workers, 1);
	read_ahead_open(&session.ahead, fs, workers > 1 ? workers : 0);
	confine_reader();
	negotiate(&session);
	work(&session);
	_exit(1);
}
