#include "docker/spelling/changes.h"

#include <errno.h>
#include <limits.h>

#include "base/arena.h"
#include "base/fold.h"
#include "base/utf8.h"
#include "docker/call.h"
#include "docker/params.h"
#include "policy/intent.h"

static int add_port(struct intent *in, struct slice port, const struct place *at)
{
	struct field_texts *ports = &in->container.exposed_ports;

	ports->state = FIELD_SET;
	ports->at = at;
	return ARENA_APPEND(in->arena, ports->items, ports->count, (struct text){ port, at });
}

/*
 * The builder takes quotes off and puts variables of the image in: USER "root", USER ${X:-root}.
 * Two dashes alone end the flags of any instruction: USER -- root.
 */
static int check_plain(struct intent *in, struct slice words, const struct place *at)
{
	static const struct slice special = SLICE_INIT("\"'\\`$");

	if (slice_starts(words, SLICE("--")))
		return reading_unread(&in->reading, at,
				      "begins with two dashes, which the engine takes for a flag. "
				      "Write the value alone.");
	for (size_t i = 0; i < special.len; i++) {
		if (slice_find(words, special.ptr[i]))
			return reading_unread(&in->reading, at,
					      "has quotes or variables in it. Write the value as "
					      "it shall be.");
	}
	return 0;
}

struct slice changes_cut_word(struct slice *rest)
{
	struct slice text = utf8_trim(*rest), word = text;

	word.len = 0;
	while (word.len < text.len && !slice_find(SLICE(" \t\v\f\r"), text.ptr[word.len]))
		word.len++;
	*rest = utf8_trim(slice_from(text, word.len));
	return word;
}

/* The builder takes a mark of the byte order away from the first line; in front of any other it
 * makes a word that no instruction is. */
struct slice changes_cut_instruction(struct slice *line)
{
	if (slice_starts(*line, SLICE("\xef\xbb\xbf")))
		*line = slice_from(*line, 3);
	return changes_cut_word(line);
}

static int expose(struct intent *in, struct slice words, const struct place *at)
{
	int error = check_plain(in, words, at);

	while (!error && words.len > 0)
		error = add_port(in, changes_cut_word(&words), at);
	return error;
}

/* The words as they stand, in either form: a shell's line, or a list in brackets. */
static int set_command(struct intent *in, struct field_texts *command, struct slice words,
		       const struct place *at)
{
	struct text *line = arena_alloc(in->arena, 1, sizeof(*line));

	if (!line)
		return -ENOMEM;
	*line = (struct text){ words, at };
	*command = (struct field_texts){ FIELD_SET, line, 1, at };
	return 0;
}

/* HEALTHCHECK [--interval=5s] NONE, or CMD and what the engine hands to a shell. */
static int set_health(struct intent *in, struct slice words, const struct place *at)
{
	struct text *test = arena_alloc(in->arena, 2, sizeof(*test));
	struct slice type;

	if (!test)
		return -ENOMEM;
	do
		type = changes_cut_word(&words);
	while (slice_starts(type, SLICE("--")));
	test[0] = (struct text){ SLICE("NONE"), at };
	if (fold_upper_eq(type, SLICE("cmd")))
		test[0].value = SLICE("CMD-SHELL");
	test[1] = (struct text){ words, at };
	in->container.health_test = (struct field_texts){ FIELD_SET, test, 2, at };
	return 0;
}

static int set_user(struct intent *in, struct slice words, const struct place *at)
{
	in->container.user = (struct field_text){ FIELD_SET, words, at };
	return check_plain(in, words, at);
}

/*
 * A relative directory counts from the one before it, be that of the body or of another line (moby
 * builder/dockerfile normalizeWorkdir). The container's own, which comes first of all, is not seen:
 * then it counts from the root. No path is longer than Linux takes, and thousands of lines that add
 * up cost no more memory than that each.
 */
static int set_directory(struct intent *in, struct slice words, const struct place *at)
{
	struct slice before = in->container.working_dir.value, joined = words;
	int error = 0;

	if (before.len > 0 && words.len > 0 && !slice_starts(words, SLICE("/"))) {
		if (before.len + words.len >= PATH_MAX)
			return reading_unread(
				&in->reading, at,
				"has WORKDIRs that add up to a path of more than 4095 "
				"bytes. Write one absolute WORKDIR.");
		error = arena_printf(in->arena, &joined, "%.*s/%.*s", SLICE_ARG(before),
				     SLICE_ARG(words));
	}
	in->container.working_dir = (struct field_text){ FIELD_SET, joined, at };
	return error ? error : check_plain(in, words, at);
}

/* A line that ends in a backslash goes on in the next one; a comment may make another byte the
 * backslash. */
static bool is_whole(struct slice word, struct slice rest)
{
	return !slice_starts(word, SLICE("#")) && !slice_ends(word, SLICE("\\")) &&
	       !slice_ends(rest, SLICE("\\"));
}

/* One instruction; the last USER wins, as in a Dockerfile. */
static int read_line(struct intent *in, struct slice line, const struct place *at)
{
	struct slice rest = line, word = changes_cut_instruction(&rest);

	if (!is_whole(word, rest))
		return reading_unread(
			&in->reading, at,
			"has a comment, or a line that goes on in the next one. Write "
			"each instruction on one line.");
	if (fold_lower_eq(word, SLICE("user")))
		return set_user(in, rest, at);
	if (fold_lower_eq(word, SLICE("workdir")))
		return set_directory(in, rest, at);
	if (fold_lower_eq(word, SLICE("expose")))
		return expose(in, rest, at);
	if (fold_lower_eq(word, SLICE("cmd")))
		return set_command(in, &in->container.command, rest, at);
	if (fold_lower_eq(word, SLICE("entrypoint")))
		return set_command(in, &in->container.entrypoint, rest, at);
	if (fold_lower_eq(word, SLICE("healthcheck")))
		return set_health(in, rest, at);
	return 0;
}

int changes_read(const struct call *call, struct intent *in)
{
	struct field_texts changes;
	int error = params_texts(call, SLICE("changes"), in->arena, &changes);

	for (size_t i = 0; !error && i < changes.count; i++) {
		struct slice line, rest = changes.items[i].value;

		for (bool more = true; !error && more;) {
			more = slice_cut(rest, '\n', &line, &rest);
			error = read_line(in, line, changes.items[i].at);
		}
	}
	if (error < 0)
		return error;
	in->subjects |= SUBJECT_IMAGE_CONFIG;
	return 0;
}
