/*
 * What a process gives up for good before it becomes the application.
 */
#ifndef CONFINE_PRIVILEGES_H
#define CONFINE_PRIVILEGES_H

#include <stddef.h>

#include "confine/settings.h"

/* No program gives more rights than its caller has: neither set-user-id nor file capabilities count. */
void privileges_refuse_new(void);

/* All capabilities, those that a program of root's could get back too. */
void privileges_drop(void);

/* The filters among the settings, checked and in memory. */
struct filters {
	struct filter {
		void *code;
		unsigned short length;
	} * list;
	size_t count;
};
void filters_read(struct filters *filters, const struct settings *settings);

/* Installs them for this thread and all that it starts. */
void filters_install(const struct filters *filters);

#endif
