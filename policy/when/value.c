#include "when/value.h"

#include <stddef.h>
#include <stdint.h>

#include "base/glob.h"
#include "base/number.h"
#include "base/path.h"
#include "policy/capability.h"

bool value_is_made_of(struct slice glob, const char *letters)
{
	for (size_t i = 0; i < glob.len; i++) {
		if (!slice_find(slice_str(letters), glob.ptr[i]) &&
		    !slice_find(SLICE("*?"), glob.ptr[i]))
			return false;
	}
	return true;
}

/* A finding that something is not given has the empty value, which `""` and stars match. */
static bool may_be_nothing(struct slice glob)
{
	return glob_match(glob, SLICE(""));
}

static const char *one_of(struct slice glob, const char *word, const char *accepted)
{
	return may_be_nothing(glob) || glob_match(glob, slice_str(word)) ? NULL : accepted;
}

const char *value_none(struct slice glob)
{
	return may_be_nothing(glob) ? NULL : "no value, so leave `values` out";
}

const char *value_host(struct slice glob)
{
	return one_of(glob, "host", "host");
}

const char *value_true(struct slice glob)
{
	return one_of(glob, "true", "true");
}

const char *value_bool(struct slice glob)
{
	return value_true(glob) && one_of(glob, "false", "") ? "true or false" : NULL;
}

const char *value_path(struct slice glob)
{
	bool absolute = glob.len == 0 || slice_find(SLICE("/*?"), glob.ptr[0]);

	if (absolute && (glob.len == 0 || glob.ptr[0] != '/' || path_is_clean(glob)))
		return NULL;
	return "absolute paths without `.`, `..` or a slash at the end, such as /proc";
}

const char *value_number(struct slice glob)
{
	return value_is_made_of(glob, "-0123456789") ? NULL : "whole numbers, such as 1000";
}

const char *value_size(struct slice glob)
{
	uint64_t size;
	bool star = slice_find(glob, '*') || slice_find(glob, '?');

	if (may_be_nothing(glob) || number_size(glob, &size) || !value_number(glob) ||
	    (star && value_is_made_of(glob, "0123456789bkmgtBKMGT")))
		return NULL;
	return "sizes, such as 8g or 8589934592";
}

const char *value_capability(struct slice glob)
{
	if (slice_find(glob, '*') || slice_find(glob, '?') || glob.len == 0)
		return NULL;
	return capability_word(glob) ? "capabilities, such as SYS_PTRACE" : NULL;
}

bool value_same_size(struct slice glob, struct slice value)
{
	uint64_t one, other;

	return number_size(glob, &one) && number_size(value, &other) && one == other;
}
