#include "app/remedies.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "system/text.h"

/* A helper that is there and lacks something, told once for each. */
static void look_at_helper(struct notes *notes, const char *folder, size_t length, const char *name)
{
	char *path = text_format("%.*s/%s", (int)length, folder, name);
	struct stat status;
	struct statvfs around;
	char capability[64];
	bool there = stat(path, &status) == 0 && S_ISREG(status.st_mode);
	if (there && access(path, X_OK))
		note(notes, "try: chmod 4755 %s, as root: it may not be run by this user", path);
	else if (there && !(status.st_mode & S_ISUID) &&
		 getxattr(path, "security.capability", capability, sizeof(capability)) < 0)
		note(notes, "try: chmod u+s %s, as root: it is not set-user-id, as its package makes it", path);
	else if (there && status.st_mode & S_ISUID && status.st_uid != 0)
		note(notes, "try: chown root %s; chmod 4755 %s, as root: it belongs to user %u", path, path, status.st_uid);
	else if (there && statvfs(path, &around) == 0 && around.f_flag & ST_NOSUID)
		note(notes, "%s lies on a file system without set-user-id (nosuid)", path);
	free(path);
}

void remedies_for_fusermount(struct notes *notes)
{
	if (geteuid() != 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		note(notes, "this process may not gain rights (no_new_privs, as in containers and sandboxed services), and so "
			    "no fusermount works");
	const char *path = text_variable("PATH");
	char *folders = text_format("%s:/run/wrappers/bin:/usr/bin:/bin:/usr/local/bin", path ? path : "");
	for (const char *folder = folders; folder;) {
		const char *colon = strchr(folder, ':');
		size_t length = colon ? (size_t)(colon - folder) : strlen(folder);
		if (length && *folder == '/') {
			look_at_helper(notes, folder, length, "fusermount3");
			look_at_helper(notes, folder, length, "fusermount");
		}
		folder = colon ? colon + 1 : NULL;
	}
	free(folders);
}

void remedies_for_extraction(struct notes *notes)
{
	note(notes, "try: XDG_CACHE_HOME or TMPDIR with a folder with room where programs may be run");
}
