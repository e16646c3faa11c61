#include "report/tally.h"

#include <stdlib.h>
#include <string.h>

static struct slice cut(struct slice name)
{
	if (name.len > TALLY_NAME_MOST)
		name.len = TALLY_NAME_MOST;
	return name;
}

bool tally_add(struct tally *t, struct slice name)
{
	char *copy;

	name = cut(name);
	for (size_t i = 0; i < t->used; i++) {
		if (slice_eq(t->names[i].name, name)) {
			t->names[i].count++;
			return true;
		}
	}
	if (t->used == TALLY_NAMES) {
		t->others++;
		return true;
	}
	copy = malloc(name.len + 1);
	if (!copy)
		return false;
	memcpy(copy, name.len > 0 ? name.ptr : "", name.len);
	t->names[t->used++] = (struct tally_name){ { copy, name.len }, 1 };
	return true;
}

static int by_count(const void *a, const void *b)
{
	const struct tally_name *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return slice_cmp(x->name, y->name);
}

void tally_sort(struct tally *t)
{
	qsort(t->names, t->used, sizeof(t->names[0]), by_count);
}

void tally_clear(struct tally *t)
{
	for (size_t i = 0; i < t->used; i++)
		free((char *) t->names[i].name.ptr);
	*t = (struct tally){ 0 };
}
