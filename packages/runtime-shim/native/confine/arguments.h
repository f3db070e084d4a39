/*
 * Arguments, with those that were put into a descriptor (--args FD) in the place of that option: they do not show in the list of
 * processes, and there may be more of them than the kernel takes.
 */
#ifndef CONFINE_ARGUMENTS_H
#define CONFINE_ARGUMENTS_H

#include <stdint.h>

struct arguments {
	char **list; /* ends with NULL */
	int count;
	int at;
};

/* The next one; ends the program when there is none. `option` is whom it is for. */
char *arguments_take(struct arguments *arguments, const char *option);

/* The next one as a number or descriptor. */
int arguments_take_descriptor(struct arguments *arguments, const char *option);
uint64_t arguments_take_number(struct arguments *arguments, const char *option, int base, uint64_t maximum);

/* Puts the texts of a descriptor, each ended by a zero, in front of what has not been taken yet. */
void arguments_insert(struct arguments *arguments, int descriptor);

/* All of a descriptor, which is closed then, and a zero behind it; ends the program when it is longer than `maximum`. */
char *read_descriptor(int descriptor, unsigned long maximum, unsigned long *length);

#endif
