/*
 * A /dev with what every program may expect and nothing of the machine's hardware.
 */
#ifndef CONFINE_DEVICES_H
#define CONFINE_DEVICES_H

/* Fills the place, which was opened before; `target` is its name for messages. */
void devices_make(int place, const char *target);

#endif
