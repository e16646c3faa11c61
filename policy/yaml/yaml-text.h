/* yaml-text.h - what YAML text may be made of, and libyaml's complaints in plain words. */
#pragma once

#include "base/diag.h"
#include "base/slice.h"

/*
 * Size, UTF-8, and no character that shows a reviewer something else than the program reads.
 * BAD_INPUT with every bad line complained about.
 */
int yaml_text_check(struct slice text, const char *file, struct diags *d);

/* What libyaml says when it gives up. */
struct yaml_trouble {
	struct slice problem,
		context; /* such as "did not find expected key", "while parsing a block mapping" */
	struct mark problem_at, context_at;
};

/* One complaint, where the writer has to look; BAD_INPUT. */
int yaml_text_explain(const struct yaml_trouble *t, struct diags *d);
