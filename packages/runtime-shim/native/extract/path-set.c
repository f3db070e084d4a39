#include "extract/path-set.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/* A slash comes before all other characters: what is below a path follows it directly. */
static int weight(char character)
{
	return character == '/' ? 1 : character ? (unsigned char)character + 1 : 0;
}

static int compare(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return weight(*left) - weight(*right);
}

static int compare_places(const void *left, const void *right)
{
	return compare(*(char *const *)left, *(char *const *)right);
}

/* How many of the paths come before that one, or are it. */
static size_t count_up_to(const struct path_set *set, const char *path)
{
	size_t from = 0, to = set->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (compare(set->paths[middle], path) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

bool path_is_below(const char *candidate, const char *path)
{
	size_t length = strlen(path);
	return strncmp(candidate, path, length) == 0 && candidate[length] == '/';
}

static bool is_at_or_below(const char *candidate, const char *path)
{
	return strcmp(candidate, path) == 0 || path_is_below(candidate, path);
}

void path_set_add(struct path_set *set, char *path)
{
	if (set->count == set->capacity) {
		size_t capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
		char **longer = realloc(set->paths, capacity * sizeof(*longer));
		if (!longer) {
			free(path);
			return;
		}
		set->paths = longer;
		set->capacity = capacity;
	}
	set->paths[set->count++] = path;
}

void path_set_settle(struct path_set *set)
{
	size_t kept = 0;
	if (set->count)
		qsort(set->paths, set->count, sizeof(*set->paths), compare_places);
	for (size_t i = 0; i < set->count; i++) {
		if (kept && is_at_or_below(set->paths[i], set->paths[kept - 1]))
			free(set->paths[i]);
		else
			set->paths[kept++] = set->paths[i];
	}
	set->count = kept;
}

bool path_set_covers(const struct path_set *set, const char *path)
{
	size_t before = count_up_to(set, path);
	return before && is_at_or_below(path, set->paths[before - 1]);
}

size_t path_set_first_below(const struct path_set *set, const char *path)
{
	size_t first = count_up_to(set, path);
	return first < set->count && path_is_below(set->paths[first], path) ? first : set->count;
}

void path_set_move(struct path_set *from, struct path_set *to)
{
	for (size_t i = 0; i < from->count; i++)
		path_set_add(to, from->paths[i]);
	from->count = 0;
}

void path_set_close(struct path_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->paths[i]);
	free(set->paths);
	memset(set, 0, sizeof(*set));
}
