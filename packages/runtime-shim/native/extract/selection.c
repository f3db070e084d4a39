#include "extract/selection.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "system/text.h"

void selection_open(struct selection *selection, char *const *patterns, size_t pattern_count)
{
	*selection = (struct selection){ .patterns = patterns, .pattern_count = pattern_count };
}

void selection_close(struct selection *selection)
{
	for (size_t i = 0; i < selection->wanted_count; i++)
		free(selection->wanted[i]);
	free(selection->wanted);
}

/* `path` itself, or something below it. */
static bool is_at_or_below(const char *candidate, const char *path)
{
	size_t length = strlen(path);
	return strncmp(candidate, path, length) == 0 && (candidate[length] == '\0' || candidate[length] == '/');
}

static bool matches_pattern(const struct selection *selection, const char *path)
{
	for (size_t i = 0; i < selection->pattern_count; i++) {
		const char *pattern = selection->patterns[i];
		while (*pattern == '/' || (pattern[0] == '.' && pattern[1] == '/'))
			pattern++;
		if (fnmatch(pattern, path, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return true;
	}
	return !selection->pattern_count;
}

/* Drops the last part of a path; false when there is none. */
static bool go_up(char *path)
{
	if (!*path)
		return false;
	char *slash = strrchr(path, '/');
	*(slash ? slash : path) = '\0';
	return true;
}

/* Where a link at `path` leads, as a path in the image; NULL when that is outside. */
static char *resolve(const char *path, const char *target)
{
	if (*target == '/')
		return NULL;
	char *result = text_copy(path);
	go_up(result);
	for (const char *part = target; part;) {
		const char *slash = strchr(part, '/');
		size_t length = slash ? (size_t)(slash - part) : strlen(part);
		bool stay = length == 0 || (length == 1 && part[0] == '.');
		if (length == 2 && part[0] == '.' && part[1] == '.') {
			if (!go_up(result)) {
				free(result);
				return NULL;
			}
		} else if (!stay) {
			char *longer = text_format("%s%s%.*s", result, *result ? "/" : "", (int)length, part);
			free(result);
			result = longer;
		}
		part = slash ? slash + 1 : NULL;
	}
	return result;
}

/* Takes ownership of `path`. */
static void want(struct selection *selection, char *path)
{
	bool known = !path || !*path || matches_pattern(selection, path);
	for (size_t i = 0; !known && i < selection->wanted_count; i++)
		known = is_at_or_below(path, selection->wanted[i]);
	char **longer = known ? NULL : realloc(selection->wanted, (selection->wanted_count + 1) * sizeof(*longer));
	if (!longer) {
		free(path);
		return;
	}
	selection->wanted = longer;
	selection->wanted[selection->wanted_count++] = path;
}

static int follow(struct selection *selection, struct squashfs *fs, const char *path, const struct inode *inode,
		  const char *rest)
{
	char *target;
	int error = inode_read_target(fs, inode, &target);
	if (error)
		return error;
	char *resolved = resolve(path, target);
	want(selection, resolved ? text_format("%s%s", resolved, rest) : NULL);
	free(resolved);
	free(target);
	return 0;
}

int selection_includes(struct selection *selection, struct squashfs *fs, const char *path, const struct inode *inode)
{
	if (!selection->pattern_count)
		return 1;
	bool included = !selection->following && matches_pattern(selection, path);
	int error = 0;
	for (size_t i = selection->round_start; !error && i < selection->round_end; i++) {
		const char *wanted = selection->wanted[i];
		if (is_at_or_below(path, wanted)) {
			included = true;
		} else if (inode->type == INODE_SYMLINK && is_at_or_below(wanted, path)) {
			/* The way to something wanted goes over this link: it is needed, and so is the rest behind it. */
			included = true;
			error = follow(selection, fs, path, inode, wanted + strlen(path));
		}
	}
	if (!error && included && inode->type == INODE_SYMLINK)
		error = follow(selection, fs, path, inode, "");
	return error ? error : included;
}

bool selection_follow_links(struct selection *selection)
{
	selection->following = true;
	selection->round_start = selection->round_end;
	selection->round_end = selection->wanted_count;
	return selection->round_end > selection->round_start;
}
