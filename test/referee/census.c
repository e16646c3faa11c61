/*
 * census.c - is everything that a caller can say either read or knowingly left alone?
 *
 * fields.tsv and endpoints.tsv list what the Docker Engine API knows. Each body field must be found
 * in a field table, where it is read or has a reason not to be; each query parameter must stand in
 * parameters.tsv, as read or with a reason. What lies below a field that is left alone is left
 * alone with it. The tables themselves are held to the order that their binary search needs.
 *
 * Usage: census DIRECTORY [FIELDS.TSV]
 *
 * A second list of fields is one of an engine's own types (go/fields.go): what the documents leave
 * out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/slice.h"
#include "body-kinds.h"
#include "docker/route.h"
#include "json/gojson.h"

enum {
	COLUMNS = 4,
	MOST_ROWS = 4096,
};

struct row {
	char *line; /* which the cells lie in */
	struct slice cells[COLUMNS];
	bool met;
};

struct table {
	struct row rows[MOST_ROWS];
	size_t count;
};

struct census {
	struct table fields, endpoints, parameters;
	unsigned complaints;
};

static void complain(struct census *c, struct slice where, struct slice what, const char *why)
{
	printf("%.*s: %.*s %s\n", SLICE_ARG(where), SLICE_ARG(what), why);
	c->complaints++;
}

static void add_row(struct table *t, char *line)
{
	struct row *row = &t->rows[t->count++];
	struct slice rest = slice_str(line);

	row->line = line;
	rest.len -= slice_ends(rest, SLICE("\n"));
	for (size_t i = 0; i < COLUMNS; i++)
		slice_cut(rest, '\t', &row->cells[i], &rest);
}

/* All but the first line, which names the columns. */
static bool load(struct table *t, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (!f || getline(&line, &size, f) < 0) {
		perror(path);
		return false;
	}
	for (;;) {
		char *copy;

		if (t->count == MOST_ROWS || getline(&line, &size, f) < 0)
			break;
		copy = strdup(line);
		if (!copy)
			break;
		add_row(t, copy);
	}
	free(line);
	fclose(f);
	return true;
}

static bool load_from(struct table *t, const char *dir, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return load(t, path);
}

static void unload(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->rows[i].line);
}

static void check_row(struct census *c, const struct gojson_type *type, size_t i)
{
	const struct gojson_field *f = &type->fields[i];
	const struct slice where = SLICE("a field table");
	const struct slice name = { f->name, strnlen(f->name, GOJSON_NAME) };

	/* The compiler takes a name that fills its row, and drops the NUL. */
	if (name.len == GOJSON_NAME) {
		complain(c, where, name, "leaves no room for the NUL that ends it");
		return;
	}
	if (i > 0 && strcasecmp(type->fields[i - 1].name, f->name) >= 0)
		complain(c, where, name, "does not sort behind the row before it");
	for (const struct gojson_type *t = type->embedded; t; t = t->embedded) {
		for (size_t k = 0; k < t->count; k++) {
			if (strcasecmp(t->fields[k].name, f->name) == 0)
				complain(c, where, name, "hides a field of an embedded struct");
		}
	}
	if (f->kind == GO_IGNORED && (!f->why || !*f->why))
		complain(c, where, name, "is left alone without a reason");
	if (f->kind != GO_IGNORED && f->why)
		complain(c, where, name, "is read, and has a reason not to be");
}

static void check_type(struct census *c, const struct gojson_type *type)
{
	size_t fields = 0;

	for (const struct gojson_type *t = type; t; t = t->embedded)
		fields += t->count;
	if (fields > GOJSON_FIELDS)
		complain(c, SLICE("a field table"), slice_str(type->fields[0].name),
			 "begins a table of more fields than gojson.c counts");
	for (size_t i = 0; i < type->count; i++) {
		check_row(c, type, i);
		if (type->fields[i].type)
			check_type(c, type->fields[i].type);
	}
	if (type->embedded)
		check_type(c, type->embedded);
}

/* The operation of "POST /containers/{id}/update"; a placeholder is as good a name as any. */
static const struct route *find_route(struct slice call)
{
	struct slice method, path, object;

	slice_cut(call, ' ', &method, &path);
	return route_find(method, path, &object);
}

static bool is_parameter(struct census *c, struct slice call, struct slice name)
{
	for (size_t i = 0; i < c->parameters.count; i++) {
		struct row *row = &c->parameters.rows[i];

		if (slice_eq(row->cells[0], call) && slice_eq(row->cells[1], name)) {
			row->met = true;
			return true;
		}
	}
	return false;
}

/* Down a path such as HostConfig.PortBindings.*[].HostIp to a field that is read or left alone. */
static void check_field(struct census *c, struct slice call, struct slice path,
			const struct gojson_type *type)
{
	const struct gojson_field *field = NULL;
	struct slice rest = path, name;

	while (rest.len > 0) {
		slice_cut(rest, '.', &name, &rest);
		while (slice_ends(name, SLICE("[]")))
			name.len -= 2;
		if (name.len == 0 || slice_eq(name, SLICE("*")))
			continue;
		field = type ? gojson_find(type, name) : NULL;
		if (!field) {
			complain(c, call, path, "is in no field table");
			return;
		}
		if (field->kind == GO_IGNORED)
			return;
		type = field->type;
	}
}

static void check_fields(struct census *c)
{
	for (size_t i = 0; i < c->fields.count; i++) {
		const struct row *row = &c->fields.rows[i];
		const struct body_kind *kind = body_kinds_find(find_route(row->cells[0])->op);

		if (kind)
			check_field(c, row->cells[0], row->cells[1], kind->type);
		else if (!is_parameter(c, row->cells[0], row->cells[1]))
			complain(c, row->cells[0], row->cells[1],
				 "is in a body that nobody reads, and not in parameters.tsv");
	}
}

static void check_endpoint(struct census *c, const struct row *row)
{
	struct slice rest = row->cells[3], name, object;
	const struct route *route = route_find(row->cells[0], row->cells[1], &object);
	char text[256];

	snprintf(text, sizeof(text), "%.*s %.*s", SLICE_ARG(row->cells[0]),
		 SLICE_ARG(row->cells[1]));
	if (route->op == OP_UNKNOWN || route->op == OP_UNKNOWN_READ)
		complain(c, slice_str(text), SLICE("the call"), "is in no row of routes.def");
	while (rest.len > 0) {
		slice_cut(rest, ',', &name, &rest);
		if (!is_parameter(c, slice_str(text), name))
			complain(c, slice_str(text), name, "is not in parameters.tsv");
	}
}

static void check_parameters(struct census *c)
{
	for (size_t i = 0; i < c->endpoints.count; i++)
		check_endpoint(c, &c->endpoints.rows[i]);
	for (size_t i = 0; i < c->parameters.count; i++) {
		const struct row *row = &c->parameters.rows[i];

		if (!row->met)
			complain(c, row->cells[0], row->cells[1],
				 "stands in parameters.tsv, but the API has no such parameter");
		if (row->cells[2].len == 0)
			complain(c, row->cells[0], row->cells[1],
				 "is neither read nor has a reason in parameters.tsv");
	}
}

static void check_kinds(struct census *c)
{
	for (size_t i = 0; i < body_kinds_count(); i++) {
		const struct body_kind *kind = body_kinds_at(i);
		struct slice object;

		if (route_find(slice_str(kind->method), kind->path, &object)->op != kind->op)
			complain(c, SLICE("body-kinds.c"), kind->path, "is not routed there");
		check_type(c, kind->type);
	}
}

int main(int argc, char **argv)
{
	struct census *c = calloc(1, sizeof(*c));
	bool failed = true;

	if (!c || argc < 2 || argc > 3) {
		fputs("usage: census DIRECTORY [FIELDS.TSV]\n", stderr);
		free(c);
		return 2;
	}
	if (load_from(&c->fields, argv[1], "fields.tsv") &&
	    load_from(&c->endpoints, argv[1], "endpoints.tsv") &&
	    load_from(&c->parameters, argv[1], "parameters.tsv") &&
	    (argc == 2 || load(&c->fields, argv[2]))) {
		check_kinds(c);
		check_fields(c);
		check_parameters(c);
		printf("%zu fields, %zu calls, %zu parameters: %u complaints\n", c->fields.count,
		       c->endpoints.count, c->parameters.count, c->complaints);
		failed = c->complaints > 0 || c->fields.count == 0 || c->endpoints.count == 0;
	}
	unload(&c->fields);
	unload(&c->endpoints);
	unload(&c->parameters);
	free(c);
	return failed;
}
