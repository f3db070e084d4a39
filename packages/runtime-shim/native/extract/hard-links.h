/*
 * Where an inode with several names was extracted first.
 */
#ifndef EXTRACT_HARD_LINKS_H
#define EXTRACT_HARD_LINKS_H

#include <stddef.h>
#include <stdint.h>

struct hard_link {
	uint64_t reference;
	char *path; /* NULL: a free place */
};

struct hard_links {
	struct hard_link *places; /* a hash table, at most half full */
	size_t capacity, used;
};

const char *hard_links_find(const struct hard_links *links, uint64_t reference);
void hard_links_add(struct hard_links *links, uint64_t reference, const char *path);
void hard_links_close(struct hard_links *links);

#endif
