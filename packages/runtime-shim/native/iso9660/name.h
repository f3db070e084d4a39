#ifndef ISO9660_NAME_H
#define ISO9660_NAME_H

#include <stddef.h>

#include "filesystem/directory.h"
#include "iso9660/iso9660.h"
#include "iso9660/system-use.h"

/*
 * The name of a file: that of Rock Ridge where it has one, else its identifier, without the version, which nobody types. `use` is
 * NULL in trees without Rock Ridge. Returns 0 or -EIO.
 */
int iso9660_name(enum iso9660_names names, const struct directory_record *record, const struct system_use *use,
		 struct directory_entry *entry);

#endif
