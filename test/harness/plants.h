/* plants.h - values with a secret in them, and bodies that have one in a field of the API. */
#pragma once

#include <jansson.h>
#include <stddef.h>

#define SECRET "Geheimnis"

/* Where in the value of a field the secret stands. */
enum spot {
	SPOT_VALUE,
	SPOT_KEY,     /* of an object whose keys the caller chooses */
	SPOT_PATH,    /* a path of the host: rules judge it wherever it may be mounted */
	SPOT_OPTION,  /* the value of an option that redact/options.def lists */
	SPOT_URL,     /* a password or a query */
	SPOT_UNKNOWN, /* as the name of a field, which has to be told where it is unknown */
};

/* What is around a field, so that rules look at it; for calls that have `word` in their name. Ends
 * with NULL. */
struct plants_around {
	const char *word, *body;
};
extern const struct plants_around plants_around[];

/* Values of every type. Ends with NULL. */
struct plants_shape {
	enum spot spot;
	const char *json;
};
extern const struct plants_shape plants_shapes[];

/* `around` with `value` at `field`, as test/data/fields.tsv spells it. A new reference. */
json_t *plants_body(const char *around, const char *field, json_t *value);

/* Method and target of a call such as "POST /containers/{id}/exec", with a name in it. */
void plants_call(const char *call, char *method, size_t method_size, char *ret, size_t size);
