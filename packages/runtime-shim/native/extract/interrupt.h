/*
 * Being told to end (INT, TERM, HUP) while something half made lies about: the signal is noted, whoever works asks now and then,
 * cleans up, and the process dies by that signal after all.
 */
#ifndef EXTRACT_INTERRUPT_H
#define EXTRACT_INTERRUPT_H

#include <stdbool.h>

/* From here on such signals are noted. Those that are ignored stay ignored. A file that gets too large is EFBIG, no signal. */
void interrupt_hold(void);

bool interrupt_is_pending(void);

/* Signals end this process again, also one that has been noted. */
void interrupt_release(void);

#endif
