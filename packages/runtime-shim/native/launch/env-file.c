#include "launch/env-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/image.h"
#include "launch/trust.h"
#include "system/report.h"
#include "system/text.h"

#define BLANKS " \t\r\v\f"

/* One line, and where it is from. */
struct line {
	const char *path;
	unsigned number;
	char *text;
};

static void complain(const struct line *line, const char *problem)
{
	report("%s, line %u is not used: %s", line->path, line->number, problem);
}

static bool is_name(const char *name)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	return *name && strchr(first, *name) && name[strspn(name, all)] == '\0';
}

static bool is_end(const char *text)
{
	text += strspn(text, BLANKS);
	return *text == '\0' || *text == '#';
}

static char *without_blanks_at_end(char *text)
{
	size_t length = strlen(text);
	while (length && strchr(BLANKS, text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Cuts the value out of the rest of its line. NULL: a quote is not closed, or is not the end. */
static char *take_value(char *text)
{
	text += strspn(text, BLANKS);
	if (*text == '"' || *text == '\'') {
		char *end = strchr(text + 1, *text);
		if (!end || !is_end(end + 1))
			return NULL;
		*end = '\0';
		return text + 1;
	}
	for (char *at = text; *at; at++) {
		if (*at == '#' && (at == text || strchr(BLANKS, at[-1])))
			*at-- = '\0';
	}
	return without_blanks_at_end(text);
}

/* The rest of a line that begins with that word and a blank, or NULL. */
static char *behind_word(char *text, const char *word)
{
	size_t length = strlen(word);
	if (!text_starts_with(text, word) || !text[length] || !strchr(BLANKS, text[length]))
		return NULL;
	return text + length + strspn(text + length, BLANKS);
}

static void take_unset(struct env_file *file, const struct line *line, char *rest)
{
	char *name = take_value(rest);
	char **longer = name && is_name(name) ? realloc(file->unset, (file->unset_count + 1) * sizeof(*longer)) : NULL;
	if (!longer) {
		complain(line, "unset needs one name");
		return;
	}
	file->unset = longer;
	file->unset[file->unset_count++] = text_copy(name);
	unsetenv(name);
}

static void take_assignment(const struct line *line, char *text)
{
	char *equals = strchr(text, '=');
	if (equals)
		*equals = '\0';
	if (!equals || !is_name(text)) {
		complain(line, "expected NAME=VALUE, \"unset NAME\" or a comment");
		return;
	}
	char *value = take_value(equals + 1);
	if (!value)
		complain(line, "expected the closing quote at the end of the line");
	else if (text_starts_with(text, "LD_"))
		complain(line, "what the dynamic loader loads is not for this file to say");
	else if (text_starts_with(text, "TARGET_APPIMAGE"))
		complain(line, "what is started is not for this file to say");
	else if (unsetenv(text) || setenv(text, value, 1))
		complain(line, strerror(errno));
}

static void take_line(struct env_file *file, struct line *line)
{
	char *text = line->text + strspn(line->text, BLANKS);
	if (is_end(text))
		return;
	char *unset = behind_word(text, "unset");
	char *exported = behind_word(text, "export");
	if (unset)
		take_unset(file, line, unset);
	else
		take_assignment(line, exported ? exported : text);
}

static void take_all(struct env_file *file, const char *path, char *content)
{
	struct line line = { .path = path };
	while (content) {
		line.text = content;
		line.number++;
		content = strchr(content, '\n');
		if (content)
			*content++ = '\0';
		take_line(file, &line);
	}
}

static void use(struct env_file *file, const char *path, int descriptor, const char *image_path)
{
	static char content[ENV_FILE_MAX + 2];
	struct stat status;
	if (fstat(descriptor, &status) || !S_ISREG(status.st_mode)) {
		report("%s is not used: it is no regular file", path);
		return;
	}
	const char *distrust = distrust_of_file(&status, image_path);
	int64_t size = distrust ? 0 : file_read_up_to(descriptor, 0, content, ENV_FILE_MAX + 1);
	if (distrust)
		report("%s is not used: %s", path, distrust);
	else if (size < 0)
		report("%s is not used: %s", path, strerror((int)-size));
	else if (size > ENV_FILE_MAX)
		report("%s is not used: it has more than %d bytes", path, ENV_FILE_MAX);
	else if (memchr(content, '\0', (size_t)size))
		report("%s is not used: it is no text", path);
	else {
		content[size] = '\0';
		take_all(file, path, content);
	}
}

/* A link says which file of the user's is taken, so it has to be trusted itself. Returns -1 with errno, or with `*distrust`. */
static int open_beside(const char *path, const char **distrust)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat link;
	int descriptor = open(path, flags | O_NOFOLLOW);
	if (descriptor >= 0 || errno != ELOOP)
		return descriptor;
	bool is_link = lstat(path, &link) == 0 && S_ISLNK(link.st_mode);
	*distrust = is_link ? distrust_of_link(&link) : "somebody replaces it just now";
	return *distrust ? -1 : open(path, flags);
}

void env_file_apply(struct env_file *file, const char *image_path)
{
	char *path = text_format("%s.env", image_path);
	const char *distrust = NULL;
	int descriptor = open_beside(path, &distrust);
	if (descriptor >= 0) {
		use(file, path, descriptor, image_path);
		close(descriptor);
	} else if (distrust || (errno != ENOENT && errno != ENAMETOOLONG && errno != ENOTDIR)) {
		report("%s is not used: %s", path, distrust ? distrust : strerror(errno));
	}
	free(path);
}

void env_file_unset(const struct env_file *file)
{
	for (size_t i = 0; i < file->unset_count; i++)
		unsetenv(file->unset[i]);
}
