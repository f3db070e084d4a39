#ifndef LAUNCH_ENTRY_POINT_H
#define LAUNCH_ENTRY_POINT_H

struct filesystem;

/* The name of what to run at the root of the image: AppRun for this machine, else AppRun; NULL when there is neither. */
const char *entry_point_find(struct filesystem *fs);

/* The same, for an AppDir; AppRun when there is none, for the message of the failing start. */
const char *entry_point_find_in_folder(const char *folder);

#endif
