/*
 * libFuzzer: the way in. The runtime's reports are left out of the program: thousands a second would be all there is to see.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/targets.h"
#include "system/report.h"

static const struct target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
} targets[] = {
	{ "image", fuzz_image },   { "iso9660", fuzz_iso9660 }, { "elf", fuzz_elf },
	{ "codecs", fuzz_codecs }, { "options", fuzz_options }, { "env", fuzz_env },
};

static const struct target *chosen;

void report(const char *format, ...)
{
	(void)format;
}

/* Nothing that is fuzzed may end the program. */
void report_fatal(const char *format, ...)
{
	(void)format;
	abort();
}

void note(struct notes *notes, const char *format, ...)
{
	(void)notes, (void)format;
}

void notes_print(const struct notes *notes, FILE *stream)
{
	(void)notes, (void)stream;
}

int fuzz_file(const uint8_t *data, size_t size, size_t zeros)
{
	static int file = -1;
	if (file < 0)
		file = memfd_create("input", MFD_CLOEXEC);
	if (ftruncate(file, 0) || pwrite(file, data, size, (off_t)zeros) != (ssize_t)size)
		abort();
	return file;
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count, (void)arguments;
	const char *name = getenv("FUZZ_TARGET");
	for (size_t i = 0; name && i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i].name, name) == 0)
			chosen = &targets[i];
	}
	if (!chosen) {
		fprintf(stderr, "FUZZ_TARGET must name a target of fuzz/targets.h\n");
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chosen->run(data, size);
	return 0;
}
