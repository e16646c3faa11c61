#include "kit/log-tag.h"

#include <stddef.h>
#include <string.h>

static const char *find(struct slice text, struct slice word)
{
	return text.len > 0 ? memmem(text.ptr, text.len, word.ptr, word.len) : NULL;
}

static bool holds_any(struct slice text, const struct slice *words)
{
	while (words->len > 0 && !find(text, *words))
		words++;
	return words->len > 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* %c, and %[1]c, %02c, ... */
static bool formats_character(struct slice text)
{
	const char *percent;

	while ((percent = slice_find(text, '%'))) {
		text = slice_from(text, (size_t) (percent - text.ptr) + 1);
		while (text.len > 0 && slice_find(SLICE("0123456789[]+-# .*"), text.ptr[0]))
			text = slice_from(text, 1);
		if (slice_starts(text, SLICE("c")))
			return true;
	}
	return false;
}

static bool makes_character(struct slice action)
{
	static const struct slice words[] = {
		{ "\\", 1 }, { "`", 1 }, { "'", 1 }, { "println", 7 }, { 0 }
	};

	return holds_any(action, words) || formats_character(action);
}

/* A dot alone is all there is, and a variable may be. What stands in quotes is neither. */
static bool takes_all(struct slice action)
{
	bool quoted = false;

	for (size_t i = 0; i < action.len; i++) {
		char c = action.ptr[i];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '$' || (c == '.' && (i + 1 == action.len ||
							       !is_letter(action.ptr[i + 1])))))
			return true;
	}
	return false;
}

static enum log_tag read_action(struct slice action)
{
	static const struct slice words[] = {
		{ "ContainerLabels", 15 },
		{ "ContainerEnv", 12 },
		{ "ContainerArgs", 13 },
		{ "ContainerEntrypoint", 19 },
		{ "Command", 7 },
		{ "ExtraAttributes", 15 },
		{ "Config", 6 },
		{ "LogPath", 7 },
		{ 0 },
	};

	if (makes_character(action))
		return LOG_TAG_BREAKS;
	return holds_any(action, words) || takes_all(action) ? LOG_TAG_FIELDS : LOG_TAG_PLAIN;
}

enum log_tag log_tag_read(struct slice text)
{
	enum log_tag worst = LOG_TAG_PLAIN, tag;
	const char *open, *close;
	struct slice action;

	while ((open = find(text, SLICE("{{")))) {
		text = slice_from(text, (size_t) (open - text.ptr) + 2);
		close = find(text, SLICE("}}"));
		action = close ? (struct slice){ text.ptr, (size_t) (close - text.ptr) } : text;
		tag = read_action(action);
		if (tag > worst)
			worst = tag;
		text = slice_from(text, action.len);
	}
	return worst;
}
