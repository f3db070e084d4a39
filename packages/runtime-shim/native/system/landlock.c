/*
 * Landlock, as in landlock(7). The C library has no functions for it.
 */
#include "system/landlock.h"

#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every architecture. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446

#define WRITING \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)

#define ALL \
	(WRITING | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK)

/* Links between folders, without which hard links become copies: from its second version on. */
#define REFER (1ULL << 13)

bool confine_to_folder(int folder)
{
	long version = syscall(CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t refer = version >= 2 ? REFER : 0;
	const struct landlock_ruleset_attr attributes = { .handled_access_fs = ALL | refer };
	long rules = version < 1 ? -1 : syscall(CREATE_RULESET, &attributes, sizeof(attributes), 0);
	if (rules < 0)
		return false;
	const struct landlock_path_beneath_attr beneath = { .allowed_access = WRITING | refer, .parent_fd = folder };
	bool confined = syscall(ADD_RULE, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 &&
			syscall(RESTRICT_SELF, rules, 0) == 0;
	close((int)rules);
	return confined;
}
