/*
 * What an administrator or a user can do about a rung that does not hold. Each answers text to put behind the error, or "".
 */
#ifndef MOUNT_REMEDY_H
#define MOUNT_REMEDY_H

/* For a negative errno of opening /dev/fuse. */
const char *remedy_for_device(int error);

/* For a negative errno of making, entering or mounting in a user namespace. */
const char *remedy_for_namespace(int error);

#endif
