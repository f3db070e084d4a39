#include "extract/selection.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "system/report.h"
#include "system/text.h"

/* A path in the image for one that was typed or completed: the root may be written before it, and a slash behind. "" is the root. */
static char *as_in_image(const char *typed)
{
	while (*typed == '/' || (typed[0] == '.' && (typed[1] == '/' || !typed[1])))
		typed++;
	size_t length = strlen(typed);
	while (length && (typed[length - 1] == '/' || (length > 1 && typed[length - 1] == '.' && typed[length - 2] == '/')))
		length--;
	return text_copy_part(typed, length);
}

void selection_open(struct selection *selection, char *const *patterns, size_t pattern_count)
{
	*selection = (struct selection){ .patterns = calloc(pattern_count + 1, sizeof(*selection->patterns)) };
	if (!selection->patterns)
		report_fatal("not enough memory");
	for (size_t i = 0; i < pattern_count; i++) {
		selection->patterns[i] = as_in_image(patterns[i]);
		/* What was typed as nothing is a variable that is not set, and matches nothing. */
		selection->everything |= *patterns[i] && !*selection->patterns[i];
		selection->pattern_count++;
	}
	selection->everything |= !pattern_count;
}

void selection_close(struct selection *selection)
{
	for (size_t i = 0; i < selection->pattern_count; i++)
		free(selection->patterns[i]);
	free(selection->patterns);
	path_set_close(&selection->done);
	path_set_close(&selection->now);
	path_set_close(&selection->found);
}

static bool matches_pattern(const struct selection *selection, const char *path)
{
	for (size_t i = 0; i < selection->pattern_count; i++) {
		if (fnmatch(selection->patterns[i], path, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return true;
	}
	return false;
}

/* Where a link at `path` leads, as a path in the image; NULL when that is outside. */
static char *resolve(const char *path, const char *target)
{
	const char *name = text_base_name(path);
	size_t length = name > path ? (size_t)(name - path) - 1 : 0;
	char *result = *target == '/' ? NULL : malloc(length + strlen(target) + 2);
	if (!result)
		return NULL;
	memcpy(result, path, length);
	for (const char *part = target; part;) {
		size_t size = strcspn(part, "/");
		if (size == 2 && memcmp(part, "..", 2) == 0) {
			if (!length) {
				free(result);
				return NULL;
			}
			while (length && result[--length] != '/')
				;
		} else if (size && !(size == 1 && *part == '.')) {
			if (length)
				result[length++] = '/';
			memcpy(result + length, part, size);
			length += size;
		}
		part = part[size] ? part + size + 1 : NULL;
	}
	result[length] = '\0';
	return result;
}

/* `rest` is empty or begins with a slash. What is longer than a path can be leads nowhere. */
static void want(struct selection *selection, const char *path, const char *rest)
{
	if (strlen(path) + strlen(rest) >= PATH_MAX)
		return;
	char *wanted = text_format("%s%s", path, *path || !*rest ? rest : rest + 1);
	if (!*wanted || matches_pattern(selection, wanted) || path_set_covers(&selection->done, wanted) ||
	    path_set_covers(&selection->now, wanted))
		free(wanted);
	else
		path_set_add(&selection->found, wanted);
}

/* The way to something wanted may go over a link: then it is needed, and so is the rest behind it. */
static int follow(struct selection *selection, struct filesystem *fs, const char *path, const struct inode *inode,
		  bool *included)
{
	const struct path_set *now = &selection->now;
	size_t first = path_set_first_below(now, path);
	char *target;
	if (!*included && first == now->count)
		return 0;
	int error = inode_read_target(fs, inode, &target);
	if (error)
		return error;
	char *resolved = resolve(path, target);
	free(target);
	if (resolved && *included)
		want(selection, resolved, "");
	for (size_t i = first; i < now->count && path_is_below(now->paths[i], path); i++) {
		*included = true;
		if (resolved)
			want(selection, resolved, now->paths[i] + strlen(path));
	}
	free(resolved);
	return 0;
}

int selection_includes(struct selection *selection, struct filesystem *fs, const char *path, const struct inode *inode)
{
	if (selection->everything)
		return 1;
	bool included = selection->following ? path_set_covers(&selection->now, path) : matches_pattern(selection, path);
	int error = inode->type == INODE_SYMLINK ? follow(selection, fs, path, inode, &included) : 0;
	return error ? error : included;
}

bool selection_follow_links(struct selection *selection)
{
	selection->following = true;
	path_set_move(&selection->now, &selection->done);
	path_set_settle(&selection->done);
	path_set_move(&selection->found, &selection->now);
	path_set_settle(&selection->now);
	return selection->now.count > 0;
}
