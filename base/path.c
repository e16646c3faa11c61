#include "base/path.h"

#include "base/arena.h"

#include <errno.h>
#include <string.h>

struct cleaned {
	char *text;
	size_t len;
	size_t floor; /* what ".." cannot take back: the first "/", or leading ".."s */
	bool rooted;
};

static void append(struct cleaned *c, struct slice part)
{
	if (c->len > c->rooted)
		c->text[c->len++] = '/';
	memcpy(c->text + c->len, part.ptr, part.len);
	c->len += part.len;
}

static void drop_last(struct cleaned *c)
{
	while (c->len > c->floor && c->text[c->len - 1] != '/')
		c->len--;
	if (c->len > c->floor)
		c->len--;
}

static void go_up(struct cleaned *c)
{
	if (c->len > c->floor) {
		drop_last(c);
	} else if (!c->rooted) {
		append(c, SLICE(".."));
		c->floor = c->len;
	}
}

int path_clean(struct arena *a, struct slice path, struct slice *ret)
{
	size_t room = path.len + 1; /* "" grows to "."; nothing else grows */
	struct cleaned c = { .text = arena_bytes(a, room),
			     .rooted = slice_starts(path, SLICE("/")) };
	struct slice part;

	if (!c.text)
		return -ENOMEM;

	if (c.rooted)
		c.text[c.len++] = '/';
	c.floor = c.len;
	while (path.len > 0) {
		slice_cut(path, '/', &part, &path);
		if (slice_eq(part, SLICE("..")))
			go_up(&c);
		else if (part.len > 0 && !slice_eq(part, SLICE(".")))
			append(&c, part);
	}
	if (c.len == 0)
		c.text[c.len++] = '.';
	arena_trim(a, c.text, room, c.len);

	*ret = (struct slice){ c.text, c.len };
	return 0;
}

bool path_is_clean(struct slice path)
{
	bool leading = !slice_starts(path, SLICE("/")); /* only ".." at the start stays */
	struct slice part;

	if (slice_eq(path, SLICE("/")) || slice_eq(path, SLICE(".")))
		return true;
	if (!leading)
		path = slice_from(path, 1);
	for (bool more = true; more;) {
		bool up;

		more = slice_cut(path, '/', &part, &path);
		up = slice_eq(part, SLICE(".."));
		if (part.len == 0 || slice_eq(part, SLICE(".")) || (up && !leading))
			return false;
		leading = leading && up;
	}
	return true;
}

bool path_goes_up(struct slice path)
{
	struct slice part;

	for (bool more = true; more;) {
		more = slice_cut(path, '/', &part, &path);
		if (slice_eq(part, SLICE("..")))
			return true;
	}
	return false;
}

bool path_inside(struct slice path, struct slice dir)
{
	if (slice_eq(dir, SLICE("/")))
		return true;
	return slice_starts(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}
