#include "fuzz.h"

#include <jansson.h>

uint64_t fuzz_hash(struct slice input)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < input.len; i++)
		hash = (hash ^ (unsigned char) input.ptr[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

size_t fuzz_too_little(struct slice input, size_t used)
{
	return used > 0 ? fuzz_hash(input) % used : 0;
}

bool fuzz_is_json(struct slice text)
{
	json_t *value = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);

	json_decref(value);
	return value;
}
