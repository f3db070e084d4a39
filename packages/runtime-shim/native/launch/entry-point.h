#ifndef LAUNCH_ENTRY_POINT_H
#define LAUNCH_ENTRY_POINT_H

struct squashfs;

/* The name of what to run at the root of the image: AppRun for this machine, else AppRun; NULL when there is neither. */
const char *entry_point_find(struct squashfs *fs);

#endif
