#include "docker/params.h"

#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/place.h"
#include "base/utf8.h"
#include "docker/call.h"

int params_text(const struct call *call, struct slice name, struct arena *a, struct field_text *ret)
{
	struct field_text text = { .state = FIELD_SET };

	if (!uri_param(&call->uri, name, &text.value)) {
		*ret = (struct field_text){ 0 };
		return 0;
	}
	text.at = place_query(a, name);
	if (!text.at)
		return -ENOMEM;
	*ret = text;
	return 0;
}

int params_texts(const struct call *call, struct slice name, struct arena *a,
		 struct field_texts *ret)
{
	const struct place *at = place_query(a, name);
	struct field_texts list = { .at = at };
	int error;

	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < call->uri.count; i++) {
		if (!slice_eq(call->uri.params[i].name, name))
			continue;
		error = ARENA_APPEND(a, list.items, list.count,
				     (struct text){ call->uri.params[i].value, at });
		if (error)
			return error;
		list.state = FIELD_SET;
	}
	*ret = list;
	return 0;
}

bool params_flag(const struct call *call, struct slice name)
{
	static const struct slice words[] = {
		SLICE_INIT(""),      SLICE_INIT("0"),    SLICE_INIT("no"),
		SLICE_INIT("false"), SLICE_INIT("none"),
	};
	struct slice value;

	if (!uri_param(&call->uri, name, &value))
		return false;
	/* httputils.BoolValue takes strings.TrimSpace of it. */
	value = utf8_trim(value);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (slice_eq_nocase(value, words[i]))
			return false;
	}
	return true;
}
