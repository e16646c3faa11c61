/*
 * A star first takes nothing; on a mismatch the latest star takes one byte more and the pattern
 * goes on behind it. Earlier stars need no second try: whatever they could reach by taking more,
 * the latest one reaches too. Only a `*` stopped by '/' falls back, to the latest `**`.
 */
#include "base/glob.h"

#include <stddef.h>

struct star {
	bool seen;
	size_t next;  /* what follows it in the pattern */
	size_t reach; /* how much of the text it and all before it take */
};

static bool fits(struct slice pattern, size_t p, char c)
{
	if (p == pattern.len)
		return false;
	return pattern.ptr[p] == '?' ? c != '/' : pattern.ptr[p] == c;
}

/* Reads the star or run of stars at `*p`; three stars are two. */
static void open_star(struct slice pattern, size_t *p, size_t t, struct star *one, struct star *any)
{
	size_t start = *p;

	while (*p < pattern.len && pattern.ptr[*p] == '*')
		++*p;
	if (*p - start > 1) {
		*any = (struct star){ true, *p, t };
		one->seen = false;
	} else {
		*one = (struct star){ true, *p, t };
	}
}

/* Lets a star take more; false when none can. There is text left at its reach. */
static bool extend(struct slice text, struct star *one, struct star *any, const struct star **ret)
{
	if (one->seen && text.ptr[one->reach] != '/') {
		one->reach++;
		*ret = one;
		return true;
	}
	if (!any->seen)
		return false;

	/*
	 * The `*` has failed at a '/'. From any start before the next '/' it would fail at the same
	 * one again, so those are skipped; trying them made the time quadratic in the length of a
	 * component.
	 */
	while (one->seen && text.ptr[any->reach] != '/')
		any->reach++;
	any->reach++;
	one->seen = false;
	*ret = any;
	return true;
}

/*
 * Whether the text ends as a pattern must that ends in no star. Of thousands of patterns that begin
 * with a star nearly all are told apart here, without a try at every place of the text.
 */
static bool ends_alike(struct slice pattern, struct slice text)
{
	while (pattern.len > 0 && pattern.ptr[pattern.len - 1] != '*' &&
	       pattern.ptr[pattern.len - 1] != '?') {
		if (text.len == 0 || text.ptr[--text.len] != pattern.ptr[--pattern.len])
			return false;
	}
	return true;
}

bool glob_match(struct slice pattern, struct slice text)
{
	struct star one = { 0 }, any = { 0 };
	const struct star *again;
	size_t p = 0, t = 0;

	if (!ends_alike(pattern, text))
		return false;
	while (p < pattern.len || t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			open_star(pattern, &p, t, &one, &any);
		} else if (t == text.len) {
			/* A star that took more would leave even less for the rest. */
			return false;
		} else if (fits(pattern, p, text.ptr[t])) {
			p++;
			t++;
		} else if (extend(text, &one, &any, &again)) {
			p = again->next;
			t = again->reach;
		} else {
			return false;
		}
	}
	return true;
}

struct slice glob_beginning(struct slice pattern)
{
	size_t len = 0;

	while (len < pattern.len && pattern.ptr[len] != '*' && pattern.ptr[len] != '?')
		len++;
	return (struct slice){ pattern.ptr, len };
}
