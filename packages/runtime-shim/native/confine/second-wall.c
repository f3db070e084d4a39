#include "confine/second-wall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/fail.h"

/* The same numbers on every architecture. The headers of the oldest kernel that this is built with know only a part. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define ASK_VERSION 1
#define RULE_PATH_BENEATH 1

/* LANDLOCK_ACCESS_FS_…, by the version of the interface (ABI) that has them first. */
#define EXECUTE (1ULL << 0)
#define WRITE_FILE (1ULL << 1)
#define READ_FILE (1ULL << 2)
#define READ_DIR (1ULL << 3)
#define VERSION_1 ((1ULL << 13) - 1)
#define REFER (1ULL << 13)        /* 2 */
#define TRUNCATE (1ULL << 14)     /* 3 */
#define IOCTL_DEVICE (1ULL << 15) /* 5 */

#define READING (EXECUTE | READ_FILE | READ_DIR)
#define FOR_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE)

/* LANDLOCK_ACCESS_NET_… (4): binding and connecting. */
#define TCP 3ULL

/* LANDLOCK_SCOPE_… (6). */
#define ABSTRACT_SOCKETS 1ULL
#define SIGNALS 2ULL

struct ruleset {
	uint64_t files; /* LANDLOCK_ACCESS_FS_… that are denied unless a rule allows them */
	uint64_t network;
	uint64_t scopes;
};

struct path_rule {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

bool second_wall_take(struct second_wall *wall, const char *option, struct arguments *rest)
{
	bool writable = strcmp(option, "--write") == 0;
	wall->raised = true;
	if (writable || strcmp(option, "--read") == 0) {
		wall->rules = grow(wall->rules, wall->rule_count, sizeof(*wall->rules));
		wall->rules[wall->rule_count++] = (struct wall_rule){ arguments_take(rest, option), writable };
	} else if (strcmp(option, "--deny-abstract-sockets") == 0) {
		wall->abstract_sockets_denied = true;
	} else if (strcmp(option, "--deny-signals") == 0) {
		wall->signals_denied = true;
	} else if (strcmp(option, "--deny-tcp") == 0) {
		wall->tcp_denied = true;
	} else {
		return false;
	}
	return true;
}

static uint64_t known_files(long version)
{
	return VERSION_1 | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEVICE : 0);
}

/* How much of the record that version knows; longer ones it refuses. */
static size_t size_for(long version)
{
	return version >= 6   ? sizeof(struct ruleset)
	       : version >= 4 ? offsetof(struct ruleset, scopes)
			      : offsetof(struct ruleset, network);
}

static void allow(int rules, const struct wall_rule *rule, uint64_t known)
{
	/* What an option "…-try" has left out is not there. */
	int place = open(rule->path, O_PATH | O_CLOEXEC);
	if (place < 0 && (errno == ENOENT || errno == EACCES))
		return;
	struct stat status;
	if (place < 0 || fstat(place, &status))
		fail_errno("cannot open %s", rule->path);
	uint64_t allowed = (rule->writable ? known : READING) & (S_ISDIR(status.st_mode) ? known : known & FOR_FILES);
	struct path_rule record = { .allowed = allowed, .folder = place };
	if (syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &record, 0))
		fail_errno("cannot make a Landlock rule for %s", rule->path);
	close(place);
}

/*
 * Files that the caller has opened for us may be opened again by their names below /dev/fd, but for no more than they are open
 * for. What is no file, as a pipe, needs no rule.
 */
static void allow_standard(int rules, uint64_t known)
{
	for (int standard = 0; standard <= 2; standard++) {
		struct stat status;
		int mode = fcntl(standard, F_GETFL);
		if (mode < 0 || (mode & O_PATH) || fstat(standard, &status) || S_ISDIR(status.st_mode))
			continue;
		uint64_t reading = (mode & O_ACCMODE) == O_WRONLY ? 0 : READ_FILE;
		uint64_t writing = (mode & O_ACCMODE) == O_RDONLY ? 0 : WRITE_FILE | TRUNCATE;
		uint64_t allowed = (reading | writing | IOCTL_DEVICE) & known;
		struct path_rule record = { .allowed = allowed, .folder = standard };
		(void)!syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &record, 0);
	}
}

int second_wall_raise(const struct second_wall *wall)
{
	long version = wall->raised ? syscall(CREATE_RULESET, NULL, 0, ASK_VERSION) : 0;
	if (version < 1)
		return 0;
	struct ruleset ruleset = {
		.files = wall->rule_count ? known_files(version) : 0,
		.network = version >= 4 && wall->tcp_denied ? TCP : 0,
		.scopes = version < 6 ? 0
				      : (wall->abstract_sockets_denied ? ABSTRACT_SOCKETS : 0) |
						(wall->signals_denied ? SIGNALS : 0),
	};
	if (!ruleset.files && !ruleset.network && !ruleset.scopes)
		return 0;
	long rules = syscall(CREATE_RULESET, &ruleset, size_for(version), 0);
	if (rules < 0)
		fail_errno("cannot make Landlock rules");
	for (size_t i = 0; i < wall->rule_count; i++)
		allow((int)rules, &wall->rules[i], ruleset.files);
	if (wall->rule_count)
		allow_standard((int)rules, ruleset.files);
	if (syscall(RESTRICT_SELF, (int)rules, 0))
		fail_errno("cannot put Landlock rules into force");
	close((int)rules);
	return (int)version;
}
