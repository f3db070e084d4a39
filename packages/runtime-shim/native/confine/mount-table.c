#include "confine/mount-table.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "confine/arguments.h"
#include "confine/fail.h"
#include "confine/mounts.h"

#define TABLE_BYTES_MAX (64UL << 20)

static const struct {
	const char *name;
	unsigned long flag;
} flag_names[] = {
	{ "ro", MS_RDONLY },       { "nosuid", MS_NOSUID },         { "nodev", MS_NODEV },       { "noexec", MS_NOEXEC },
	{ "noatime", MS_NOATIME }, { "nodiratime", MS_NODIRATIME }, { "relatime", MS_RELATIME },
};

static unsigned long flags_of(char *options)
{
	unsigned long flags = 0;
	char *state;
	for (char *option = strtok_r(options, ",", &state); option; option = strtok_r(NULL, ",", &state)) {
		for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++) {
			if (strcmp(option, flag_names[i].name) == 0)
				flags |= flag_names[i].flag;
		}
	}
	return flags;
}

static bool is_octal(const char *digits)
{
	for (int i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return false;
	}
	return true;
}

/* Spaces, tabs, line ends and backslashes are written as a backslash and three octal digits. */
static void unescape(char *text)
{
	char *to = text;
	for (const char *from = text; *from;) {
		if (from[0] == '\\' && is_octal(from + 1)) {
			*to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* One line: id, parent, device, root, mount point, options, and more. */
static bool parse(char *line, struct mount_entry *entry)
{
	char *fields[6], *state;
	for (int i = 0; i < 6; i++) {
		fields[i] = strtok_r(i == 0 ? line : NULL, " ", &state);
		if (!fields[i])
			return false;
	}
	unescape(fields[4]);
	*entry = (struct mount_entry){
		.id = atoi(fields[0]),
		.parent = atoi(fields[1]),
		.point = fields[4],
		.flags = flags_of(fields[5]),
	};
	return true;
}

void mount_table_read(struct mount_table *table)
{
	*table = (struct mount_table){ 0 };
	int file = open(OLD_ROOT "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		fail_errno("cannot open /proc/self/mountinfo");
	unsigned long length;
	table->text = read_descriptor(file, TABLE_BYTES_MAX, &length);
	char *state;
	for (char *line = strtok_r(table->text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
		table->entries = grow(table->entries, table->count, sizeof(*table->entries));
		if (!parse(line, &table->entries[table->count]))
			fail("cannot understand /proc/self/mountinfo");
		table->count++;
	}
}

static bool has_marked_parent(const struct mount_table *table, const struct mount_entry *entry)
{
	for (size_t i = 0; i < table->count; i++) {
		if (table->entries[i].marked && table->entries[i].id == entry->parent)
			return true;
	}
	return false;
}

bool mount_table_mark(struct mount_table *table, const char *point, bool below)
{
	struct mount_entry *found = NULL;
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->entries[i].point, point) == 0)
			found = &table->entries[i];
	}
	if (!found)
		return false;
	found->marked = true;
	for (bool again = below; again;) {
		again = false;
		for (size_t i = 0; i < table->count; i++) {
			struct mount_entry *entry = &table->entries[i];
			if (!entry->marked && has_marked_parent(table, entry))
				again = entry->marked = true;
		}
	}
	return true;
}

void mount_table_free(struct mount_table *table)
{
	free(table->text);
	free(table->entries);
}
