/* params.h - query parameters as the daemon's handlers read them (moby
 * daemon/server/httputils/form.go). */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/field.h"

struct arena;
struct call;

/* The first value; FIELD_DEFAULT when the parameter is not given. 0 or -ENOMEM. */
int params_text(const struct call *call, struct slice name, struct arena *a,
		struct field_text *ret);

/* Every value of a parameter that may be repeated. */
int params_texts(const struct call *call, struct slice name, struct arena *a,
		 struct field_texts *ret);

/* Every word is true but "", 0, no, false and none, in any case. */
bool params_flag(const struct call *call, struct slice name);
