/* Arguments of a command line, one a line; and each as the word of a variable, of a section, and as a pattern. */
#include <stdlib.h>
#include <string.h>

#include "app/options.h"
#include "extract/selection.h"
#include "fuzz/targets.h"
#include "mount/ladder.h"
#include "system/text.h"

#define ARGUMENTS_MAX 64

static void as_word(const char *word)
{
	struct ladder_choice choice;
	const char *unknown = NULL;
	setenv("APPIMAGE_MOUNT", word, 1);
	bool known = ladder_choose(word, &choice, &unknown);
	if (known != !unknown || (!known && strcmp(unknown, word) != 0))
		abort();
	unsetenv("APPIMAGE_MOUNT");
	text_variable_is_on(word);
	text_base_name(word);
}

/* The distance of texts takes time in the product of their lengths. */
static void as_option(const char *argument)
{
	const struct option *option = option_find(argument);
	if (option && strcmp(option->name, argument) != 0)
		abort();
	const char *suggestion = option_suggestion(argument);
	if (*suggestion)
		free((char *)suggestion);
}

static void as_patterns(char **arguments, size_t count)
{
	static const char *const paths[] = { "usr", "usr/bin/app", "a.b-c d", "\xff\xfe" };
	struct selection selection;
	const struct inode inode = { .type = INODE_FILE };
	selection_open(&selection, arguments, count);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		selection_includes(&selection, NULL, paths[i], &inode);
	selection_follow_links(&selection);
	selection_close(&selection);
}

void fuzz_options(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char *arguments[ARGUMENTS_MAX + 1];
	size_t count = 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *at = text; at && count < ARGUMENTS_MAX; count++) {
		arguments[count] = at;
		at = strchr(at, '\n');
		if (at)
			*at++ = '\0';
	}
	arguments[count] = NULL;
	options_are_escaped(arguments);
	for (size_t i = 0; i < count; i++) {
		as_option(arguments[i]);
		as_word(arguments[i]);
	}
	as_patterns(arguments, count);
	free(text);
}
