#include "confine/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/arguments.h"
#include "confine/fail.h"

/* More than any kernel has: it answers EINVAL for the first that it does not know. */
#define CAPABILITY_MAX 256

void privileges_refuse_new(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fail_errno("cannot refuse new privileges");
}

void privileges_drop(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };
	for (unsigned long capability = 0; capability < CAPABILITY_MAX; capability++) {
		if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) < 0)
			break;
		/* Without the right to do so there is nothing to get back either: no new privileges. */
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EPERM)
			fail_errno("cannot give up capability %lu", capability);
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) && errno != EINVAL)
		fail_errno("cannot give up inherited capabilities");
	if (syscall(SYS_capset, &header, none))
		fail_errno("cannot give up capabilities");
}

void filters_read(struct filters *filters, const struct settings *settings)
{
	filters->list = allocate(settings->filter_count + 1, sizeof(*filters->list));
	filters->count = settings->filter_count;
	for (size_t i = 0; i < settings->filter_count; i++) {
		unsigned long length, instruction = sizeof(struct sock_filter);
		filters->list[i].code = read_descriptor(settings->filters[i], BPF_MAXINSNS * instruction, &length);
		if (length == 0 || length % instruction)
			fail("a seccomp filter must be a whole number of instructions, found %lu bytes", length);
		filters->list[i].length = (unsigned short)(length / instruction);
	}
}

void filters_install(const struct filters *filters)
{
	for (size_t i = 0; i < filters->count; i++) {
		struct sock_fprog program = { .len = filters->list[i].length, .filter = filters->list[i].code };
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
			fail_errno("cannot install the seccomp filter");
	}
}
