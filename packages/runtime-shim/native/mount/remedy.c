#include "mount/remedy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

const char *remedy_for_device(int error)
{
	switch (-error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return "; \"modprobe fuse\" as root may help, in a container \"--device /dev/fuse\"";
	case EACCES:
		return "; \"chmod 666 /dev/fuse\" as root opens it to all users";
	case EPERM:
		return "; a container needs \"--device /dev/fuse\"";
	default:
		return "";
	}
}

/* Whether a setting of the kernel is there and begins with that character. */
static bool setting_is(const char *path, char value)
{
	char first = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	bool is = read(file, &first, 1) == 1 && first == value;
	close(file);
	return is;
}

const char *remedy_for_namespace(int error)
{
	if (setting_is("/proc/sys/user/max_user_namespaces", '0'))
		return "; \"sysctl user.max_user_namespaces=15000\" as root allows it";
	if (setting_is("/proc/sys/kernel/unprivileged_userns_clone", '0'))
		return "; \"sysctl kernel.unprivileged_userns_clone=1\" as root allows it";
	if (setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
		return "; \"sysctl kernel.apparmor_restrict_unprivileged_userns=0\" as root allows it, or an AppArmor profile "
		       "for this file does";
	return error == -EPERM || error == -EACCES ? "; this system or container forbids it" : "";
}
