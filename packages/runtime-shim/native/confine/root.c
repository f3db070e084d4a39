#include "confine/root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/fail.h"
#include "confine/mounts.h"
#include "confine/operations.h"

static int change_root(const char *new, const char *old)
{
	return (int)syscall(SYS_pivot_root, new, old);
}

/* Any folder will do: it is covered in this namespace only. */
static const char *mount_base(void)
{
	static const char *const places[] = { "/tmp", "/run", "/var", "/mnt", "/usr" };
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (mount("tmpfs", places[i], "tmpfs", MS_NODEV | MS_NOSUID, NULL) == 0)
			return places[i];
		if (errno != ENOENT && errno != ENOTDIR)
			break;
	}
	fail_errno("cannot mount a file system in memory");
}

void root_open(void)
{
	if (mount(NULL, "/", NULL, MS_SILENT | MS_REC | MS_PRIVATE, NULL))
		fail_errno("cannot make mounts private");
	const char *base = mount_base();
	if (chdir(base) || mkdir("newroot", 0755) || mkdir("oldroot", 0755))
		fail_errno("cannot make the folders of the new root");
	/* A mount of its own, so that it can become the root. */
	if (mount("newroot", "newroot", NULL, MS_SILENT | MS_BIND | MS_REC, NULL))
		fail_errno("cannot mount the new root");
	if (change_root(base, "oldroot") || chdir("/"))
		fail_errno("cannot leave the old root");
}

void root_fill(const struct settings *settings)
{
	for (size_t i = 0; i < settings->operation_count; i++) {
		const struct operation *operation = &settings->operations[i];
		/* Each time anew: an operation may have mounted something there. */
		int root = open(NEW_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (root < 0)
			fail_errno("cannot open the new root");
		operation_apply(operation, root);
		close(root);
		if (operation->descriptor >= 0)
			close(operation->descriptor);
	}
}

void root_enter(void)
{
	if (umount2(OLD_ROOT, MNT_DETACH))
		fail_errno("cannot unmount the old root");
	/* The base goes on top of the new root by this, and from there away. */
	int base = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (base < 0 || chdir(NEW_ROOT) || change_root(".", ".") || fchdir(base) || umount2(".", MNT_DETACH) || chdir("/"))
		fail_errno("cannot enter the new root");
	close(base);
}
