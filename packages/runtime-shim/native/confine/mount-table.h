/*
 * What is mounted, as in proc(5), /proc/pid/mountinfo.
 */
#ifndef CONFINE_MOUNT_TABLE_H
#define CONFINE_MOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct mount_entry {
	int id, parent;
	char *point;
	unsigned long flags; /* MS_… */
	bool marked;
};

struct mount_table {
	char *text;
	struct mount_entry *entries;
	size_t count;
};

void mount_table_read(struct mount_table *table);

/* Marks the topmost mount at a place and, if asked for, all below it. False: nothing is mounted there. */
bool mount_table_mark(struct mount_table *table, const char *point, bool below);

void mount_table_free(struct mount_table *table);

#endif
