/*
 * SL: the target of a symlink, cut at its slashes. Rock Ridge Interchange Protocol, section 4.1.3.
 */
#ifndef ISO9660_SYMBOLIC_LINK_H
#define ISO9660_SYMBOLIC_LINK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A target, put together from the entries of a record; without `text`, only its length is found out. */
struct link_target {
	char *text; /* PATH_MAX bytes, or NULL */
	size_t length;
	bool begun;
	bool separate; /* a slash comes before the next component */
	bool goes_on;  /* the last entry promises another one */
	bool broken;   /* too long, or against the format's rules, as long ones by genisoimage are */
};

/* Takes in what an entry has behind its header. */
void link_target_add(struct link_target *target, const uint8_t *data, size_t size);

/* Whether it is one that can be followed. */
bool link_target_is_whole(const struct link_target *target);

#endif
