#ifndef IMAGE_SCRIPT_OFFSET_H
#define IMAGE_SCRIPT_OFFSET_H

#include <stdint.h>

/*
 * A shImg is a shell script before an image; a line `image_offset=` or `sfs_offset=` among its first 64 says where that begins.
 * Returns 0, or -ENOEXEC for anything else. Nothing of the script is run.
 */
int script_offset(int file, uint64_t *offset);

#endif
