/*
 * Arguments on their way to settings. A function for each kind of option takes the values behind it; `detail` tells options of
 * one kind apart.
 */
#ifndef CONFINE_PARSER_H
#define CONFINE_PARSER_H

#include <stdint.h>

#include "confine/arguments.h"
#include "confine/settings.h"

struct parser {
	struct settings *settings;
	struct arguments arguments;
	const char *option;
	/* --perms and --size are for the next operation. */
	int mode;
	uint64_t size;
};

static inline char *parser_value(struct parser *parser)
{
	return arguments_take(&parser->arguments, parser->option);
}

static inline int parser_descriptor(struct parser *parser)
{
	return arguments_take_descriptor(&parser->arguments, parser->option);
}

void take_bind(struct parser *parser, int flags);
void take_bind_descriptor(struct parser *parser, int flags);
/* What is made at a place, out of nothing: `kind` is an operation's. */
void take_place(struct parser *parser, int kind);
void take_data(struct parser *parser, int flags);
void take_file(struct parser *parser, int unused);
void take_symlink(struct parser *parser, int unused);
void take_chmod(struct parser *parser, int unused);
void take_mode(struct parser *parser, int unused);
void take_size(struct parser *parser, int unused);

#endif
