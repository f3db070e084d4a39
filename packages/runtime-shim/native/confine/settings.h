/*
 * What the arguments ask for: bubblewrap's vocabulary, as far as a confinement needs it.
 */
#ifndef CONFINE_SETTINGS_H
#define CONFINE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum operation_kind {
	OPERATION_BIND,
	OPERATION_REMOUNT_READ_ONLY,
	OPERATION_PROC,
	OPERATION_DEV,
	OPERATION_TMPFS,
	OPERATION_MQUEUE,
	OPERATION_DIRECTORY,
	OPERATION_FILE,
	OPERATION_BIND_DATA,
	OPERATION_SYMLINK,
	OPERATION_CHMOD,
};

/* Bits of `flags`. */
#define BIND_READ_ONLY 1
#define BIND_DEVICES 2
#define BIND_OPTIONAL 4

/* One step of making the root, in the order of the arguments. */
struct operation {
	enum operation_kind kind;
	const char *source; /* a path of the host, or what a link holds; NULL for a bind of `descriptor` */
	const char *target; /* in the new root */
	int descriptor;     /* whose content or folder it is; -1: none */
	int flags;
	int mode;      /* -1: not given */
	uint64_t size; /* of a file system in memory; 0: not given */
};

struct settings {
	struct operation *operations;
	size_t operation_count;

	int unshare; /* CLONE_NEW… */
	int unshare_if_possible;
	bool disable_user_namespaces;
	bool assert_user_namespaces_disabled;
	bool die_with_parent;
	bool new_session;
	bool as_pid_1;
	unsigned caller_user, caller_group; /* as outside */
	long uid, gid;                      /* as inside; -1: the same */
	const char *hostname;

	const char *working_directory;
	const char *called_as;
	char **command;

	int info, status; /* descriptors for JSON; -1: none */
	int block;
	int kept; /* a descriptor that stays open as long as the sandbox runs; -1: none */
	int *filters;
	size_t filter_count;
	const char **locks;
	size_t lock_count;
};

/* Ends the program with a message where the arguments are wrong. Changes this process's environment as they say. */
void settings_parse(struct settings *settings, int count, char **arguments);

#endif
