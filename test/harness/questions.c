#include "questions.h"

#include <fts.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

void questions_cases(char *folder, void (*try)(void *test, const char *path), void *test)
{
	char *const roots[] = { folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F &&
		    slice_ends(slice_str(entry->fts_name), SLICE(".yaml")))
			try(test, entry->fts_path);
	}
	if (tree)
		fts_close(tree);
}

static void try_case(const json_t *recorded,
		     void (*try)(void *test, const char *name, struct slice call), void *test)
{
	const char *name = json_string_value(json_object_get(recorded, "name"));
	const json_t *requests = json_object_get(recorded, "requests"), *request;
	size_t i;

	json_array_foreach(requests, i, request)
	{
		char *call = json_dumps(request, JSON_COMPACT);

		try(test, name, slice_str(call));
		free(call);
	}
}

bool questions_recorded(const char *path,
			void (*try)(void *test, const char *name, struct slice call), void *test)
{
	FILE *file = fopen(path, "re");
	json_t *recorded;

	if (!file) {
		perror(path);
		return false;
	}
	while ((recorded = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL))) {
		try_case(recorded, try, test);
		json_decref(recorded);
	}
	fclose(file);
	return true;
}
