/*
 * Paths, each of which stands for itself and all below it. They are gathered first and asked for afterwards: in order, and with
 * none at or below another one, what matters to a path is next to where it would stand.
 */
#ifndef EXTRACT_PATH_SET_H
#define EXTRACT_PATH_SET_H

#include <stdbool.h>
#include <stddef.h>

struct path_set {
	char **paths;
	size_t count, capacity;
};

/* Adds a path, which then belongs to the set; without memory for it, it is freed. */
void path_set_add(struct path_set *set, char *path);

/* Puts the paths in order, and drops those at or below another one. To be called before the questions. */
void path_set_settle(struct path_set *set);

/* Whether the path, or one that it is below, is in the set. */
bool path_set_covers(const struct path_set *set, const char *path);

/* The place of the first one below that path; others follow it, as long as path_is_below says so. `count` when there is none. */
size_t path_set_first_below(const struct path_set *set, const char *path);

bool path_is_below(const char *candidate, const char *path);

/* Moves all of one set to another, which has to be settled anew. */
void path_set_move(struct path_set *from, struct path_set *to);

void path_set_close(struct path_set *set);

#endif
