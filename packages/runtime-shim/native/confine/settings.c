#include "confine/settings.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine/fail.h"
#include "confine/parser.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

static void take_unshare(struct parser *parser, int namespaces)
{
	parser->settings->unshare |= namespaces;
}

static void take_unshare_if_possible(struct parser *parser, int namespaces)
{
	parser->settings->unshare_if_possible |= namespaces;
}

static void take_unshare_all(struct parser *parser, int unused)
{
	(void)unused;
	take_unshare(parser, CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS);
	take_unshare_if_possible(parser, CLONE_NEWUSER | CLONE_NEWCGROUP);
}

static void take_share_network(struct parser *parser, int unused)
{
	(void)unused;
	parser->settings->unshare &= ~CLONE_NEWNET;
}

enum flag { DISABLE_USERNS, ASSERT_USERNS, DIE_WITH_PARENT, NEW_SESSION, AS_PID_1 };

static void take_flag(struct parser *parser, int flag)
{
	struct settings *settings = parser->settings;
	bool *const flags[] = {
		[DISABLE_USERNS] = &settings->disable_user_namespaces,
		[ASSERT_USERNS] = &settings->assert_user_namespaces_disabled,
		[DIE_WITH_PARENT] = &settings->die_with_parent,
		[NEW_SESSION] = &settings->new_session,
		[AS_PID_1] = &settings->as_pid_1,
	};
	*flags[flag] = true;
}

enum text { HOSTNAME, WORKING_DIRECTORY, CALLED_AS };

static void take_text(struct parser *parser, int text)
{
	struct settings *settings = parser->settings;
	const char **const texts[] = {
		[HOSTNAME] = &settings->hostname,
		[WORKING_DIRECTORY] = &settings->working_directory,
		[CALLED_AS] = &settings->called_as,
	};
	*texts[text] = parser_value(parser);
}

enum number { UID, GID };

static void take_id(struct parser *parser, int which)
{
	long id = (long)arguments_take_number(&parser->arguments, parser->option, 10, INT_MAX);
	*(which == UID ? &parser->settings->uid : &parser->settings->gid) = id;
}

enum channel { INFO, STATUS, BLOCK, KEPT };

static void take_channel(struct parser *parser, int which)
{
	struct settings *settings = parser->settings;
	int *const channels[] = {
		[INFO] = &settings->info,
		[STATUS] = &settings->status,
		[BLOCK] = &settings->block,
		[KEPT] = &settings->kept,
	};
	*channels[which] = parser_descriptor(parser);
}

static void take_filter(struct parser *parser, int unused)
{
	(void)unused;
	struct settings *settings = parser->settings;
	settings->filters = grow(settings->filters, settings->filter_count, sizeof(*settings->filters));
	settings->filters[settings->filter_count++] = parser_descriptor(parser);
}

static void take_lock(struct parser *parser, int unused)
{
	(void)unused;
	struct settings *settings = parser->settings;
	settings->locks = grow(settings->locks, settings->lock_count, sizeof(*settings->locks));
	settings->locks[settings->lock_count++] = parser_value(parser);
}

static void take_variable(struct parser *parser, int unused)
{
	(void)unused;
	const char *name = parser_value(parser);
	if (setenv(name, parser_value(parser), 1))
		fail_errno("--setenv \"%s\"", name);
}

static void take_no_variable(struct parser *parser, int unused)
{
	(void)unused;
	const char *name = parser_value(parser);
	if (unsetenv(name))
		fail_errno("--unsetenv \"%s\"", name);
}

static void take_no_environment(struct parser *parser, int unused)
{
	(void)parser;
	(void)unused;
	/* Where we are is no secret of the caller's, and a shell would set it anyway. */
	const char *old = getenv("PWD");
	char *directory = old ? strdup(old) : NULL;
	clearenv();
	if (directory)
		setenv("PWD", directory, 1);
}

static void take_arguments(struct parser *parser, int unused)
{
	(void)unused;
	arguments_insert(&parser->arguments, parser_descriptor(parser));
}

static void take_nothing(struct parser *parser, int unused)
{
	/* No capability is ever kept, so that whichever is to be dropped is. */
	(void)unused;
	parser_value(parser);
}

static void take_version(struct parser *parser, int unused)
{
	(void)parser;
	(void)unused;
	printf("confine " RUNTIME_VERSION " (" RUNTIME_ARCHITECTURE ")\n");
	exit(fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS);
}

static const struct rule {
	const char *name;
	void (*take)(struct parser *parser, int detail);
	int detail;
} rules[] = {
	{ "--add-seccomp-fd", take_filter, 0 },
	{ "--args", take_arguments, 0 },
	{ "--argv0", take_text, CALLED_AS },
	{ "--as-pid-1", take_flag, AS_PID_1 },
	{ "--assert-userns-disabled", take_flag, ASSERT_USERNS },
	{ "--bind", take_bind, 0 },
	{ "--bind-data", take_data, 0 },
	{ "--bind-fd", take_bind_descriptor, 0 },
	{ "--bind-try", take_bind, BIND_OPTIONAL },
	{ "--block-fd", take_channel, BLOCK },
	{ "--cap-drop", take_nothing, 0 },
	{ "--chdir", take_text, WORKING_DIRECTORY },
	{ "--chmod", take_chmod, 0 },
	{ "--clearenv", take_no_environment, 0 },
	{ "--dev", take_place, OPERATION_DEV },
	{ "--dev-bind", take_bind, BIND_DEVICES },
	{ "--dev-bind-try", take_bind, BIND_DEVICES | BIND_OPTIONAL },
	{ "--die-with-parent", take_flag, DIE_WITH_PARENT },
	{ "--dir", take_place, OPERATION_DIRECTORY },
	{ "--disable-userns", take_flag, DISABLE_USERNS },
	{ "--file", take_file, 0 },
	{ "--gid", take_id, GID },
	{ "--hostname", take_text, HOSTNAME },
	{ "--info-fd", take_channel, INFO },
	{ "--json-status-fd", take_channel, STATUS },
	{ "--lock-file", take_lock, 0 },
	{ "--mqueue", take_place, OPERATION_MQUEUE },
	{ "--new-session", take_flag, NEW_SESSION },
	{ "--perms", take_mode, 0 },
	{ "--proc", take_place, OPERATION_PROC },
	{ "--remount-ro", take_place, OPERATION_REMOUNT_READ_ONLY },
	{ "--ro-bind", take_bind, BIND_READ_ONLY },
	{ "--ro-bind-data", take_data, BIND_READ_ONLY },
	{ "--ro-bind-fd", take_bind_descriptor, BIND_READ_ONLY },
	{ "--ro-bind-try", take_bind, BIND_READ_ONLY | BIND_OPTIONAL },
	{ "--seccomp", take_filter, 0 },
	{ "--setenv", take_variable, 0 },
	{ "--share-net", take_share_network, 0 },
	{ "--size", take_size, 0 },
	{ "--symlink", take_symlink, 0 },
	{ "--sync-fd", take_channel, KEPT },
	{ "--tmpfs", take_place, OPERATION_TMPFS },
	{ "--uid", take_id, UID },
	{ "--unsetenv", take_no_variable, 0 },
	{ "--unshare-all", take_unshare_all, 0 },
	{ "--unshare-cgroup", take_unshare, CLONE_NEWCGROUP },
	{ "--unshare-cgroup-try", take_unshare_if_possible, CLONE_NEWCGROUP },
	{ "--unshare-ipc", take_unshare, CLONE_NEWIPC },
	{ "--unshare-net", take_unshare, CLONE_NEWNET },
	{ "--unshare-pid", take_unshare, CLONE_NEWPID },
	{ "--unshare-user", take_unshare, CLONE_NEWUSER },
	{ "--unshare-user-try", take_unshare_if_possible, CLONE_NEWUSER },
	{ "--unshare-uts", take_unshare, CLONE_NEWUTS },
	{ "--version", take_version, 0 },
};

static const struct rule *find(const char *name)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	}
	fail("unknown option \"%s\"", name);
}

static void check(const struct settings *settings)
{
	int namespaces = settings->unshare | settings->unshare_if_possible;
	bool has_user = (namespaces & CLONE_NEWUSER) || getuid() != 0;
	if (!settings->command[0])
		fail("no program: expected one behind the options");
	if ((settings->uid >= 0 || settings->gid >= 0) && !has_user)
		fail("--uid and --gid need --unshare-user");
	if (settings->disable_user_namespaces && !has_user)
		fail("--disable-userns needs --unshare-user");
	if (settings->hostname && !(namespaces & CLONE_NEWUTS))
		fail("--hostname needs --unshare-uts");
	if (settings->as_pid_1 && !(namespaces & CLONE_NEWPID))
		fail("--as-pid-1 needs --unshare-pid");
	if (settings->as_pid_1 && settings->lock_count)
		fail("--as-pid-1 leaves nobody to hold a --lock-file");
}

void settings_parse(struct settings *settings, int count, char **arguments)
{
	*settings = (struct settings){ .uid = -1, .gid = -1, .info = -1, .status = -1, .block = -1, .kept = -1 };
	settings->caller_user = getuid();
	settings->caller_group = getgid();
	struct parser parser = {
		.settings = settings,
		.arguments = { .list = arguments, .count = count, .at = 1 },
		.mode = -1,
	};
	struct arguments *rest = &parser.arguments;
	while (rest->at < rest->count && rest->list[rest->at][0] == '-') {
		parser.option = rest->list[rest->at++];
		if (strcmp(parser.option, "--") == 0)
			break;
		const struct rule *rule = find(parser.option);
		rule->take(&parser, rule->detail);
	}
	settings->command = rest->list + rest->at;
	check(settings);
}
