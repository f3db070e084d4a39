#include "system/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same number on every architecture */
#endif

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

int descriptor_send(int socket, int descriptor)
{
	char byte = 0;
	struct iovec piece = { .iov_base = &byte, .iov_len = 1 };
	union control control;
	memset(&control, 0, sizeof(control));
	struct msghdr message = {
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.space),
	};
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	ssize_t sent;
	do {
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == 1 ? 0 : -errno;
}

int descriptor_receive(int socket)
{
	char byte;
	struct iovec piece = { .iov_base = &byte, .iov_len = 1 };
	union control control;
	struct msghdr message = {
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t received;
	do {
		received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (received < 0 && errno == EINTR);
	if (received < 0)
		return -errno;
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (received == 0 || !header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
		return -ENODATA;
	int descriptor;
	memcpy(&descriptor, CMSG_DATA(header), sizeof(int));
	return descriptor;
}

void descriptors_occupy_standard(void)
{
	struct pollfd standard[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	if (poll(standard, 3, 0) <= 0)
		return;
	for (int i = 0; i <= 2; i++) {
		if (standard[i].revents & POLLNVAL)
			open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
}

static void close_range_of(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	/* Before Linux 5.9: one by one, up to what this process could have opened. */
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > 65536)
		limit.rlim_cur = 65536;
	for (unsigned i = first; i <= last && i < limit.rlim_cur; i++)
		close((int)i);
}

static int ascending(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;
	return (a > b) - (a < b);
}

void descriptors_shed(const int *keep, unsigned count)
{
	int sorted[8];
	if (count > sizeof(sorted) / sizeof(sorted[0]))
		return;
	memcpy(sorted, keep, count * sizeof(*keep));
	qsort(sorted, count, sizeof(*sorted), ascending);

	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int standard = 0; standard <= 2; standard++) {
		bool kept = false;
		for (unsigned i = 0; i < count; i++)
			kept = kept ||
			       sorted[i] == standard; /* it was started with that one closed, and we opened ours there */
		if (kept || null == standard)
			continue;
		if (null < 0 || dup2(null, standard) < 0)
			close(standard);
	}
	unsigned from = 3;
	for (unsigned i = 0; i < count; i++) {
		if (sorted[i] < (int)from)
			continue;
		close_range_of(from, (unsigned)sorted[i] - 1);
		from = (unsigned)sorted[i] + 1;
	}
	close_range_of(from, ~0u);
}
