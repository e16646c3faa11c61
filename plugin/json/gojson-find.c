#include "json/gojson-find.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* A name as Go's foldName makes it, in words: ASCII letters in one case, filled up with NUL. */
enum { WORD = 8, WORDS = GOJSON_NAME / WORD };

struct folded {
	uint64_t words[WORDS];
	size_t len;
};

/* The first byte becomes the uppermost one, so that words order as texts do. */
static uint64_t load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return be64toh(word);
}

static uint64_t repeat(unsigned char byte)
{
	return byte * UINT64_C(0x0101010101010101);
}

/* Eight ASCII bytes at once: the upper bit of each tells whether it is above a limit. */
static uint64_t lower(uint64_t word)
{
	uint64_t from_a = word + repeat(0x80 - 'A'), past_z = word + repeat(0x7f - 'Z');

	return word | ((from_a ^ past_z) & repeat(0x80)) >> 2;
}

/* Go folds U+017F to s and U+212A to k; no name has any other letter. */
static bool spell_in_ascii(struct slice key, char *ret, size_t *ret_len)
{
	size_t len = 0;

	for (size_t i = 0; i < key.len; i++) {
		struct slice rest = slice_from(key, i);

		if (len == GOJSON_NAME)
			return false;
		if ((unsigned char) key.ptr[i] < 0x80) {
			ret[len++] = key.ptr[i];
		} else if (slice_starts(rest, SLICE("\xc5\xbf"))) {
			ret[len++] = 's';
			i += 1;
		} else if (slice_starts(rest, SLICE("\xe2\x84\xaa"))) {
			ret[len++] = 'k';
			i += 2;
		} else {
			return false;
		}
	}
	*ret_len = len;
	return true;
}

/* False when there is a byte that is not ASCII. */
static bool fold_ascii(const char *name, size_t len, struct folded *ret)
{
	uint64_t all = 0;

	*ret = (struct folded){ .len = len };
	for (size_t i = 0; i * WORD < len; i++) {
		uint64_t word = load(name + i * WORD);

		all |= word;
		ret->words[i] = lower(word);
	}
	return (all & repeat(0x80)) == 0;
}

/* False for a key that leads nowhere. */
static bool fold(struct slice key, struct folded *ret)
{
	char name[GOJSON_NAME] = { 0 };
	size_t len;

	if (key.len > 0 && key.len <= GOJSON_NAME)
		memcpy(name, key.ptr, key.len);
	if (key.len <= GOJSON_NAME && fold_ascii(name, key.len, ret))
		return true;

	memset(name, 0, sizeof(name));
	return spell_in_ascii(key, name, &len) && fold_ascii(name, len, ret);
}

/* Orders a folded key against a field's name. Nearly always the first word tells. */
static int compare(const struct folded *key, const char *name)
{
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t word = lower(load(name + i * WORD));

		if (key->words[i] != word)
			return key->words[i] < word ? -1 : 1;
	}
	/* A NUL at the key's end passed for the filling. */
	return key->len > 0 && name[key->len - 1] == '\0' ? 1 : 0;
}

static int find_own(const struct gojson_type *type, const struct folded *key)
{
	size_t low = 0, high = type->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(key, type->fields[middle].name);

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
	struct folded folded;

	if (!fold(key, &folded))
		return false;
	for (; type; type = type->embedded) {
		int i = find_own(type, &folded);

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
