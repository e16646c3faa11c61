#include "tokens.h"

#include <errno.h>

#include "base/arena.h"
#include "json/json-reader.h"

static const char kinds[] = {
	[JSON_NULL] = 'n',   [JSON_FALSE] = 'f',     [JSON_TRUE] = 't',   [JSON_NUMBER] = '0',
	[JSON_STRING] = '"', [JSON_KEY] = ':',       [JSON_OBJECT] = '{', [JSON_OBJECT_END] = '}',
	[JSON_ARRAY] = '[',  [JSON_ARRAY_END] = ']',
};

int tokens_read(struct slice document, struct arena *a, struct tokens *ret, const char **complaint)
{
	struct tokens tokens = { 0 };
	struct json_reader r;
	void *items = NULL;

	json_open(&r, document, a);
	for (;;) {
		struct json_token t;
		struct token *token;
		int error = json_next(&r, &t);

		*complaint = json_complaint(&r);
		if (error)
			return error;
		if (t.type == JSON_END)
			break;
		token = arena_grow(a, &items, tokens.count, sizeof(*token));
		if (!token)
			return -ENOMEM;
		*token = (struct token){ kinds[t.type], t.text };
		tokens.count++;
	}
	tokens.items = items;
	*ret = tokens;
	return 0;
}
