#include "confine/arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine/fail.h"

#define ARGUMENT_BYTES_MAX (16UL << 20)
#define ARGUMENTS_MAX 100000

char *arguments_take(struct arguments *arguments, const char *option)
{
	if (arguments->at >= arguments->count)
		fail("%s takes more values", option);
	return arguments->list[arguments->at++];
}

uint64_t arguments_take_number(struct arguments *arguments, const char *option, int base, uint64_t maximum)
{
	const char *text = arguments_take(arguments, option);
	char *end;
	errno = 0;
	unsigned long long number = strtoull(text, &end, base);
	if (*text < '0' || *text > '9' || *end || errno || number > maximum)
		fail("%s: expected a number of at most %llu, found \"%s\"", option, (unsigned long long)maximum, text);
	return number;
}

int arguments_take_descriptor(struct arguments *arguments, const char *option)
{
	int descriptor = (int)arguments_take_number(arguments, option, 10, INT_MAX);
	/* From here on it is this program's, and reaches the application only where that is asked for. */
	if (fcntl(descriptor, F_SETFD, FD_CLOEXEC))
		fail_errno("%s %d", option, descriptor);
	return descriptor;
}

char *read_descriptor(int descriptor, unsigned long maximum, unsigned long *length)
{
	unsigned long room = 4096, used = 0;
	char *content = allocate(room, 1);
	for (;;) {
		if (used == room - 1) {
			content = grow(content, room * 2 - 1, 1);
			room *= 2;
		}
		ssize_t count = read(descriptor, content + used, room - 1 - used);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			fail_errno("cannot read descriptor %d", descriptor);
		if (count == 0)
			break;
		used += (unsigned long)count;
		if (used > maximum)
			fail("descriptor %d: expected at most %lu bytes", descriptor, maximum);
	}
	close(descriptor);
	content[used] = '\0';
	*length = used;
	return content;
}

void arguments_insert(struct arguments *arguments, int descriptor)
{
	unsigned long length;
	char *content = read_descriptor(descriptor, ARGUMENT_BYTES_MAX, &length);
	int added = 0, rest = arguments->count - arguments->at;
	/* A last one without a zero counts, too. */
	for (unsigned long at = 0; at < length; at += strlen(content + at) + 1)
		added++;
	if (rest + added > ARGUMENTS_MAX)
		fail("expected at most %d arguments", ARGUMENTS_MAX);
	char **list = allocate((unsigned long)(added + rest) + 1, sizeof(*list));
	int at = 0;
	for (unsigned long start = 0; start < length; start += strlen(content + start) + 1)
		list[at++] = content + start;
	memcpy(list + added, arguments->list + arguments->at, (unsigned long)rest * sizeof(*list));
	*arguments = (struct arguments){ .list = list, .count = added + rest };
}
