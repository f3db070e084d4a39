/*
 * Landlock, as in landlock(7): rules about files that hold behind those of the mounts, in case these ever fail, and scopes, for
 * which there is no namespace of its own.
 */
#ifndef CONFINE_SECOND_WALL_H
#define CONFINE_SECOND_WALL_H

#include <stdbool.h>
#include <stddef.h>

#include "confine/arguments.h"

struct second_wall {
	struct wall_rule {
		const char *path;
		bool writable;
	} * rules;
	size_t rule_count;
	bool raised; /* whether there is one at all */
	bool abstract_sockets_denied, signals_denied, tcp_denied;
};

/* Takes an option with its values, if it is one about this. */
bool second_wall_take(struct second_wall *wall, const char *option, struct arguments *rest);

/*
 * Holds for this process and all that it starts from now on. Returns the version of the kernel's interface that it was made
 * with; 0: the kernel has none, or none was asked for.
 */
int second_wall_raise(const struct second_wall *wall);

#endif
