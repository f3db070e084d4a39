/*
 * Which paths of an image are wanted: all, or those that match a pattern, and what the links among them lead to.
 */
#ifndef EXTRACT_SELECTION_H
#define EXTRACT_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "extract/path-set.h"
#include "filesystem/inode.h"

struct selection {
	char **patterns; /* without slashes at their ends */
	size_t pattern_count;
	bool everything;       /* without a pattern, or when one is the root */
	bool following;        /* after the first round: only `now` counts */
	struct path_set done;  /* what links led to in the rounds before */
	struct path_set now;   /* and in the last one: this round is for them */
	struct path_set found; /* in this round */
};

void selection_open(struct selection *selection, char *const *patterns, size_t pattern_count);
void selection_close(struct selection *selection);

/* Returns 1 when the path is wanted, 0 when it is not, or a negative errno. Takes note of where a wanted link leads. */
int selection_includes(struct selection *selection, struct filesystem *fs, const char *path, const struct inode *inode);

/* Whether links have led to something new, for which the image is to be walked once more. */
bool selection_follow_links(struct selection *selection);

#endif
