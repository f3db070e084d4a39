/* Any bytes, as the file of variables beside an AppImage. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/targets.h"
#include "launch/env-file.h"

extern char **environ;

static char folder[] = "/tmp/fuzz-env-XXXXXX";
static char image[64], path[64];

static void clean_up(void)
{
	unlink(path);
	rmdir(folder);
}

static int open_file(void)
{
	if (!mkdtemp(folder))
		abort();
	snprintf(image, sizeof(image), "%s/image", folder);
	snprintf(path, sizeof(path), "%s.env", image);
	atexit(clean_up);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

void fuzz_env(const uint8_t *data, size_t size)
{
	static int file = -1;
	if (file < 0)
		file = open_file();
	if (ftruncate(file, 0) || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	struct env_file variables = { 0 };
	env_file_apply(&variables, image);
	env_file_unset(&variables);
	for (char **variable = environ; variable && *variable; variable++) {
		if (strncmp(*variable, "LD_", 3) == 0 || !strchr(*variable, '='))
			abort();
	}
	for (size_t i = 0; i < variables.unset_count; i++) {
		if (getenv(variables.unset[i]))
			abort();
		free(variables.unset[i]);
	}
	free(variables.unset);
	clearenv();
}
