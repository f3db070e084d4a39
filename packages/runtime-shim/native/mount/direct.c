#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "mount/mount.h"
#include "mount/remedy.h"
#include "system/text.h"

int mount_directly(const struct mount_request *request)
{
	int device = open(FUSE_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0) {
		int error = errno;
		note(request->notes, "mount: cannot open " FUSE_DEVICE ": %s%s", strerror(error), remedy_for_device(-error));
		return -error;
	}
	/*
	 * Whoever mounts owns what the image shows. Other users get in only where everyone may read the file anyway; then the
	 * kernel checks the modes in the image.
	 */
	char *options = text_format("fd=%d,rootmode=40755,user_id=%u,group_id=%u,max_read=%u%s", device, getuid(), getgid(),
				    FILE_READ_MAX, request->for_everyone ? ",allow_other,default_permissions" : "");
	int result = mount(request->source, request->point, "fuse." FUSE_SUBTYPE, MS_RDONLY | MS_NOSUID | MS_NODEV, options);
	int error = errno;
	free(options);
	if (result == 0)
		return device;
	close(device);
	note(request->notes, "mount: mount(2) on %s: %s%s", request->point, strerror(error),
	     request->in_namespace ? remedy_for_namespace(-error) : "");
	return -error;
}
