#include "authz/typing.h"

#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "redact/redact.h"

/* A value is quoted up to here. */
enum { MOST_VALUE = 300 };

struct spelling {
	const char *run, *service, *compose, *stack;
};

static const struct spelling spellings[] = {
#define SETTING(name, run, service, compose, stack) { run, service, compose, stack },
#include "policy/setting.def"
#undef SETTING
};

static bool is_file(enum tongue tongue)
{
	return tongue == TONGUE_COMPOSE || tongue == TONGUE_STACK;
}

static const char *pattern_of(enum setting setting, enum tongue tongue)
{
	const struct spelling *s = &spellings[setting];

	switch (tongue) {
	case TONGUE_RUN:
		break;
	case TONGUE_SERVICE:
	case TONGUE_UPDATE:
		return s->service;
	case TONGUE_COMPOSE:
		return s->compose;
	case TONGUE_STACK:
		return s->stack ? s->stack : s->compose;
	}
	return s->run;
}

const char *typing_into(enum op op, enum tongue tongue)
{
	static const struct {
		enum op op;
		const char *command;
	} commands[] = {
		{ OP_CONTAINER_CREATE, "docker run" },
		{ OP_CONTAINER_UPDATE, "docker update" },
		{ OP_EXEC_CREATE, "docker exec" },
		{ OP_IMAGE_BUILD, "docker build" },
		{ OP_NETWORK_CREATE, "docker network create" },
		{ OP_SERVICE_CREATE, "docker service create" },
		{ OP_SERVICE_UPDATE, "docker service update" },
		{ OP_VOLUME_CREATE, "docker volume create" },
	};

	if (is_file(tongue))
		return tongue == TONGUE_COMPOSE ? "compose file" : "stack file";
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		if (commands[i].op == op)
			return commands[i].command;
	}
	return NULL;
}

/* An update has other words for what is to go from a service, which a row does not tell. */
bool typing_can(const struct remedy *r, enum tongue tongue)
{
	return pattern_of(r->setting, tongue) != NULL && (r->give || tongue != TONGUE_UPDATE);
}

bool typing_joins(const struct remedy *a, const struct remedy *b, enum tongue tongue)
{
	struct slice list = SLICE("[$1]");

	return a->setting == b->setting && a->give == b->give && is_file(tongue) &&
	       slice_ends(slice_str(pattern_of(a->setting, tongue)), list);
}

static bool made_of(struct slice text, struct slice others)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      slice_find(others, c)))
			return false;
	}
	return true;
}

/* As a reader may see it. */
static struct slice shown(struct slice value, struct buf *b)
{
	struct buf plain = BUF(b->arena);

	/* Most are: a number, a word of our own. */
	if (value.len <= MOST_VALUE && made_of(value, SLICE("-_.")))
		return value;
	if (redact_text(value, b->arena, &value) == 0)
		buf_plain(&plain, value, MOST_VALUE);
	if (buf_done(&plain, &value)) {
		b->failed = true;
		return SLICE("");
	}
	return value;
}

/* One word of a command line. */
static void write_shell(struct slice word, struct buf *b)
{
	if (made_of(word, SLICE("_@%+=:,./-"))) {
		buf_add(b, word);
		return;
	}
	buf_char(b, '\'');
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == '\'')
			buf_add(b, SLICE("'\\''"));
		else
			buf_char(b, word.ptr[i]);
	}
	buf_char(b, '\'');
}

/* What YAML 1.1 takes for a truth, and so must be quoted to be a word. */
static bool is_yaml_bool(struct slice text)
{
	static const char *const bools[] = { "y", "n", "yes", "no", "on", "off", "null" };

	for (size_t i = 0; i < COUNT_OF(bools); i++) {
		if (slice_eq_nocase(text, slice_str(bools[i])))
			return true;
	}
	return false;
}

/* A scalar, or, within quotes that the row has, a part of one. */
static void write_yaml(struct slice text, bool within, struct buf *b)
{
	bool plain = !within && made_of(text, SLICE("_./=-")) && !is_yaml_bool(text) &&
		     !slice_starts(text, SLICE("-"));

	if (!within && !plain)
		buf_char(b, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (!plain && slice_find(SLICE("\"\\"), text.ptr[i]))
			buf_char(b, '\\');
		buf_char(b, text.ptr[i]);
	}
	if (!within && !plain)
		buf_char(b, '"');
}

static struct slice value_at(const struct remedy *r, char digit, struct buf *b)
{
	return shown(digit == '1' ? r->value : r->second, b);
}

/* One word of a row, up to its blank, with the values in it; "" where it is a value that is none. */
static struct slice fill_word(struct slice pattern, const struct remedy *r, struct buf *b)
{
	struct buf word = BUF(b->arena);
	struct slice filled;

	if (!slice_find(pattern, '$'))
		return pattern;
	if (pattern.len == 2)
		return value_at(r, pattern.ptr[1], b);
	for (size_t i = 0; i < pattern.len; i++) {
		if (pattern.ptr[i] == '$')
			buf_add(&word, value_at(r, pattern.ptr[++i], b));
		else
			buf_char(&word, pattern.ptr[i]);
	}
	if (buf_done(&word, &filled)) {
		b->failed = true;
		return SLICE("");
	}
	return filled;
}

/* To a service that is there, things are added. */
static const char *update_word(struct slice option)
{
	return slice_eq(option, SLICE("--mount")) || slice_eq(option, SLICE("--publish")) ? "-add"
											  : "";
}

static void write_options(const struct remedy *r, enum tongue tongue, struct buf *b)
{
	struct slice pattern = slice_str(pattern_of(r->setting, tongue)), part, word;
	bool first = true;

	while (pattern.len > 0) {
		slice_cut(pattern, ' ', &part, &pattern);
		word = fill_word(part, r, b);
		if (word.len > 0 && !first)
			buf_char(b, ' ');
		if (word.ptr == part.ptr)
			buf_add(b, word);
		else if (word.len > 0)
			write_shell(word, b);
		if (first && tongue == TONGUE_UPDATE)
			buf_add(b, slice_str(update_word(word)));
		first = false;
	}
}

/* Within quotes of the row a value is a part; elsewhere it is whole. */
static void write_keys(const struct remedy *const *joined, size_t count, enum tongue tongue,
		       struct buf *b)
{
	bool within = false;

	for (const char *c = pattern_of(joined[0]->setting, tongue); *c; c++) {
		if (*c != '$') {
			within = within != (*c == '"');
			buf_char(b, *c);
			continue;
		}
		c++;
		for (size_t i = 0; i < count; i++) {
			buf_add(b, i > 0 ? SLICE(", ") : SLICE(""));
			write_yaml(value_at(joined[i], *c, b), within, b);
		}
	}
}

void typing_write(const struct remedy *const *joined, size_t count, enum tongue tongue,
		  struct buf *b)
{
	if (is_file(tongue))
		write_keys(joined, count, tongue, b);
	else
		write_options(joined[0], tongue, b);
}
