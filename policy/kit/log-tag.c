#include "kit/log-tag.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"

/*
 * What an action may be made of is listed, and whatever is not could write a line: {{"\n"}},
 * {{printf "%c" 10}}, {{printf (print "%" "c") 10}}. None of the words below makes a character that
 * none of its arguments has, so the worst of an action is the worst of its parts. No part holds a
 * brace, so an action ends at the first "}}", as Go has it.
 */
struct part {
	struct slice word;
	enum log_tag tag;
};

/* Fields and methods of moby daemon/logger/loginfo.go. */
static const struct part fields[] = {
	{ SLICE_INIT(".Command"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".Config"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".ContainerArgs"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".ContainerCreated"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ContainerEntrypoint"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".ContainerEnv"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".ContainerID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ContainerImageID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ContainerImageName"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ContainerLabels"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".ContainerName"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".DaemonName"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".FullID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".Hostname"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ImageFullID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ImageID"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".ImageName"), LOG_TAG_PLAIN },
	{ SLICE_INIT(".LogPath"), LOG_TAG_FIELDS },
	{ SLICE_INIT(".Name"), LOG_TAG_PLAIN },
};

/*
 * Of Go's text/template, and of moby daemon/logger/templates. Not those that make more than they
 * are given, in the daemon's memory: pad, join, and json, which doubles backslashes each time.
 */
static const struct part functions[] = {
	{ SLICE_INIT("index"), LOG_TAG_PLAIN },    { SLICE_INIT("lower"), LOG_TAG_PLAIN },
	{ SLICE_INIT("split"), LOG_TAG_PLAIN },    { SLICE_INIT("title"), LOG_TAG_PLAIN },
	{ SLICE_INIT("truncate"), LOG_TAG_PLAIN }, { SLICE_INIT("upper"), LOG_TAG_PLAIN },
};

#define COUNT(list) (COUNT_OF(list))

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_number(struct slice word)
{
	while (word.len > 0 && word.ptr[0] >= '0' && word.ptr[0] <= '9')
		word = slice_from(word, 1);
	return word.len == 0;
}

static enum log_tag find(const struct part *parts, size_t count, struct slice word)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_eq(word, parts[i].word))
			return parts[i].tag;
	}
	return LOG_TAG_BREAKS;
}

/* Of "x", the length of x and both quotes; 0 when there is more in it than a name may have. */
static size_t string_length(struct slice text)
{
	size_t i = 1;

	while (i < text.len && (is_word(text.ptr[i]) || slice_find(SLICE(" ._:/@-"), text.ptr[i])))
		i++;
	return i < text.len && text.ptr[i] == '"' ? i + 1 : 0;
}

static size_t word_length(struct slice text)
{
	size_t i = slice_starts(text, SLICE(".")) ? 1 : 0;

	while (i < text.len && is_word(text.ptr[i]))
		i++;
	return i;
}

/* With the key of a map behind it: .ContainerLabels.team. */
static enum log_tag read_field(struct slice text, size_t *len)
{
	enum log_tag tag;

	*len = word_length(text);
	tag = find(fields, COUNT(fields), (struct slice){ text.ptr, *len });
	if (tag == LOG_TAG_FIELDS && slice_starts(slice_from(text, *len), SLICE(".")))
		*len += word_length(slice_from(text, *len));
	return tag;
}

/* Sets `len` to the length of the first part of `text`. */
static enum log_tag read_part(struct slice text, size_t *len)
{
	struct slice word;

	*len = 1;
	if (slice_find(SLICE(" ()|"), text.ptr[0]))
		return LOG_TAG_PLAIN;
	if (text.ptr[0] == '"') {
		*len = string_length(text);
		return *len > 0 ? LOG_TAG_PLAIN : LOG_TAG_BREAKS;
	}
	if (text.ptr[0] == '.')
		return read_field(text, len);
	*len = word_length(text);
	word = (struct slice){ text.ptr, *len };
	return *len > 0 && is_number(word) ? LOG_TAG_PLAIN
					   : find(functions, COUNT(functions), word);
}

/* "{{- " and " -}}" take blanks away from what stands around. */
static struct slice cut_dashes(struct slice action)
{
	if (slice_starts(action, SLICE("- ")))
		action = slice_from(action, 1);
	if (slice_ends(action, SLICE(" -")))
		action.len--;
	return action;
}

static enum log_tag read_action(struct slice action)
{
	enum log_tag worst = LOG_TAG_PLAIN, tag;
	size_t len;

	action = cut_dashes(action);
	while (action.len > 0 && worst != LOG_TAG_BREAKS) {
		tag = read_part(action, &len);
		if (tag > worst)
			worst = tag;
		action = slice_from(action, len);
	}
	return worst;
}

static const char *find_text(struct slice text, struct slice word)
{
	return text.len > 0 ? memmem(text.ptr, text.len, word.ptr, word.len) : NULL;
}

enum log_tag log_tag_read(struct slice text)
{
	enum log_tag worst = LOG_TAG_PLAIN, tag;
	const char *open, *close;

	while (worst != LOG_TAG_BREAKS && (open = find_text(text, SLICE("{{")))) {
		text = slice_from(text, (size_t) (open - text.ptr) + 2);
		close = find_text(text, SLICE("}}"));
		if (!close)
			return LOG_TAG_BREAKS;
		tag = read_action((struct slice){ text.ptr, (size_t) (close - text.ptr) });
		if (tag > worst)
			worst = tag;
		text = slice_from(text, (size_t) (close - text.ptr) + 2);
	}
	return worst;
}
