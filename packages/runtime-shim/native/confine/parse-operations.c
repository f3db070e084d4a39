#include "confine/fail.h"
#include "confine/parser.h"

/* Where bubblewrap's lies, too. */
#define TMPFS_SIZE_MAX (UINT64_MAX / 2)

static struct operation *add(struct parser *parser, enum operation_kind kind)
{
	struct settings *settings = parser->settings;
	settings->operations = grow(settings->operations, settings->operation_count, sizeof(*settings->operations));
	struct operation *operation = &settings->operations[settings->operation_count++];
	*operation = (struct operation){ .kind = kind, .descriptor = -1, .mode = parser->mode, .size = parser->size };
	parser->mode = -1;
	parser->size = 0;
	return operation;
}

/* Takes the modifiers that such an operation knows away from it: others are a mistake of the caller's. */
static void expect_modifiers(struct parser *parser, bool mode, bool size)
{
	if (!mode && parser->mode >= 0)
		fail("--perms must be followed by an option that makes something, found %s", parser->option);
	if (!size && parser->size)
		fail("--size must be followed by --tmpfs, found %s", parser->option);
}

void take_bind(struct parser *parser, int flags)
{
	expect_modifiers(parser, false, false);
	struct operation *operation = add(parser, OPERATION_BIND);
	operation->flags = flags;
	operation->source = parser_value(parser);
	operation->target = parser_value(parser);
}

void take_bind_descriptor(struct parser *parser, int flags)
{
	expect_modifiers(parser, false, false);
	struct operation *operation = add(parser, OPERATION_BIND);
	operation->flags = flags;
	operation->descriptor = parser_descriptor(parser);
	operation->target = parser_value(parser);
}

void take_place(struct parser *parser, int kind)
{
	expect_modifiers(parser, kind == OPERATION_TMPFS || kind == OPERATION_DIRECTORY, kind == OPERATION_TMPFS);
	add(parser, (enum operation_kind)kind)->target = parser_value(parser);
}

void take_data(struct parser *parser, int flags)
{
	expect_modifiers(parser, true, false);
	struct operation *operation = add(parser, OPERATION_BIND_DATA);
	operation->flags = flags;
	operation->descriptor = parser_descriptor(parser);
	operation->target = parser_value(parser);
}

void take_file(struct parser *parser, int unused)
{
	(void)unused;
	expect_modifiers(parser, true, false);
	struct operation *operation = add(parser, OPERATION_FILE);
	operation->descriptor = parser_descriptor(parser);
	operation->target = parser_value(parser);
}

void take_symlink(struct parser *parser, int unused)
{
	(void)unused;
	expect_modifiers(parser, false, false);
	struct operation *operation = add(parser, OPERATION_SYMLINK);
	operation->source = parser_value(parser);
	operation->target = parser_value(parser);
}

void take_chmod(struct parser *parser, int unused)
{
	(void)unused;
	expect_modifiers(parser, false, false);
	struct operation *operation = add(parser, OPERATION_CHMOD);
	operation->mode = (int)arguments_take_number(&parser->arguments, parser->option, 8, 07777);
	operation->target = parser_value(parser);
}

void take_mode(struct parser *parser, int unused)
{
	(void)unused;
	parser->mode = (int)arguments_take_number(&parser->arguments, parser->option, 8, 07777);
}

void take_size(struct parser *parser, int unused)
{
	(void)unused;
	parser->size = arguments_take_number(&parser->arguments, parser->option, 10, TMPFS_SIZE_MAX);
	if (!parser->size)
		fail("--size must be at least 1");
}
