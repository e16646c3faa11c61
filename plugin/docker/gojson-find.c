#include "docker/gojson-find.h"

enum { LONGEST_NAME = 48 };

/* What Go's foldName makes of a field's name: letters in one case, and U+017F as s, U+212A as k. */
static bool fold(struct slice key, char *folded, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char) key.ptr[i];

		if (*len == LONGEST_NAME)
			return false;
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char) (c | 0x20);
		if (c >= 0x80) {
			struct slice rest = slice_from(key, i);

			if (slice_starts(rest, SLICE("\xc5\xbf"))) {
				c = 's';
				i += 1;
			} else if (slice_starts(rest, SLICE("\xe2\x84\xaa"))) {
				c = 'k';
				i += 2;
			} else {
				return false;
			}
		}
		folded[(*len)++] = (char) c;
	}
	return true;
}

/* Orders a folded key against a field's name. */
static int compare(const char *folded, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char) name[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char) (c | 0x20);
		if (c != (unsigned char) folded[i])
			return (unsigned char) folded[i] < c ? -1 : 1;
	}
	return name[len] == '\0' ? 0 : -1;
}

static int find_own(const struct gojson_type *type, const char *folded, size_t len)
{
	size_t low = 0, high = type->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(folded, len, type->fields[middle].name);

		if (order == 0)
			return (int) middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

bool gojson_find_in(const struct gojson_type *type, struct slice key, struct gojson_found *ret)
{
	struct gojson_found found = { 0 };
	char folded[LONGEST_NAME];
	size_t len;

	if (!fold(key, folded, &len))
		return false;
	for (; type; type = type->embedded) {
		int i = find_own(type, folded, len);

		if (i >= 0) {
			found.field = &type->fields[i];
			found.index += (size_t) i;
			*ret = found;
			return true;
		}
		found.index += type->count;
		found.offset += type->embedded_offset;
		if (type->embedded_objection)
			found.objection = type->embedded_objection;
	}
	return false;
}

const struct gojson_field *gojson_find(const struct gojson_type *type, struct slice key)
{
	struct gojson_found found;

	return gojson_find_in(type, key, &found) ? found.field : NULL;
}
