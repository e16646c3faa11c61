#include "case-file.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/read-file.h"

enum { CASE_MOST = 16 << 20 };

struct source {
	const char *path;
	struct slice folder;
	struct arena *arena;
	struct diags *diags;
	yaml_document_t document;
};

/* A key of a mapping; its text goes to the slice at `offset`, unless `read` knows better. */
struct case_key {
	const char *name;
	size_t offset;
	int (*read)(struct source *s, const yaml_node_t *node, void *target);
};

static struct mark mark_of(const struct source *s, yaml_mark_t at)
{
	return (struct mark){ s->path, (unsigned) at.line + 1, (unsigned) at.column + 1 };
}

static int complain(struct source *s, const yaml_node_t *node, const char *what)
{
	return diag_add(s->diags, mark_of(s, node->start_mark), "%s", what);
}

static int read_text(struct source *s, const yaml_node_t *node, struct slice *ret)
{
	const struct slice variable = SLICE("${TMP}");
	struct buf out = BUF(s->arena);
	struct slice rest;

	if (node->type != YAML_SCALAR_NODE)
		return complain(s, node, "text is wanted here");
	rest = (struct slice){ (const char *) node->data.scalar.value, node->data.scalar.length };
	for (const char *hit; (hit = memmem(rest.ptr, rest.len, variable.ptr, variable.len));) {
		size_t before = (size_t) (hit - rest.ptr);

		buf_add(&out, (struct slice){ rest.ptr, before });
		buf_add(&out, s->folder);
		rest = slice_from(rest, before + variable.len);
	}
	buf_add(&out, rest);
	if (buf_done(&out, &rest) < 0)
		return -ENOMEM;

	/* An empty text was given all the same. */
	*ret = rest.ptr ? rest : SLICE("");
	return 0;
}

static int read_key(struct source *s, const yaml_node_pair_t *pair, const struct case_key *keys,
		    void *target)
{
	const yaml_node_t *name = yaml_document_get_node(&s->document, pair->key);
	const yaml_node_t *value = yaml_document_get_node(&s->document, pair->value);

	for (; keys->name; keys++) {
		void *text = (char *) target + keys->offset;

		if (strcmp((const char *) name->data.scalar.value, keys->name) == 0)
			return keys->read ? keys->read(s, value, target)
					  : read_text(s, value, text);
	}
	return complain(s, name, "no such key in a case file");
}

static int read_mapping(struct source *s, const yaml_node_t *node, const struct case_key *keys,
			void *target)
{
	if (node->type != YAML_MAPPING_NODE)
		return complain(s, node, "a mapping is wanted here");
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		int r = read_key(s, pair, keys, target);

		if (r != 0)
			return r;
	}
	return 0;
}

static int read_pairs(struct source *s, const yaml_node_t *node, struct case_pairs *ret)
{
	struct case_pair *items;
	size_t count;
	int r;

	if (node->type != YAML_MAPPING_NODE)
		return complain(s, node, "a mapping is wanted here");
	count = (size_t) (node->data.mapping.pairs.top - node->data.mapping.pairs.start);
	items = arena_alloc(s->arena, count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const yaml_node_pair_t *pair = &node->data.mapping.pairs.start[i];

		r = read_text(s, yaml_document_get_node(&s->document, pair->key), &items[i].name);
		if (r == 0)
			r = read_text(s, yaml_document_get_node(&s->document, pair->value),
				      &items[i].value);
		if (r != 0)
			return r;
	}

	*ret = (struct case_pairs){ items, count };
	return 0;
}

static int read_headers(struct source *s, const yaml_node_t *node, void *target)
{
	return read_pairs(s, node, &((struct case_file *) target)->headers);
}

static int read_links(struct source *s, const yaml_node_t *node, void *target)
{
	return read_pairs(s, node, &((struct case_file *) target)->links);
}

static int read_facts(struct source *s, const yaml_node_t *node, void *target)
{
	return read_pairs(s, node, &((struct case_file *) target)->facts);
}

static int read_request(struct source *s, const yaml_node_t *node, void *target)
{
	static const struct case_key keys[] = {
		{ "method", .offset = offsetof(struct case_file, method) },
		{ "uri", .offset = offsetof(struct case_file, uri) },
		{ "user", .offset = offsetof(struct case_file, user) },
		{ "headers", .read = read_headers },
		{ NULL },
	};

	return read_mapping(s, node, keys, target);
}

static int read_violations(struct source *s, const yaml_node_t *node, void *target)
{
	static const struct case_key keys[] = {
		{ "rule", .offset = offsetof(struct case_violation, rule) },
		{ "at", .offset = offsetof(struct case_violation, at) },
		{ "number", .offset = offsetof(struct case_violation, number) },
		{ "exception", .offset = offsetof(struct case_violation, exception) },
		{ "says", .offset = offsetof(struct case_violation, says) },
		{ "near", .offset = offsetof(struct case_violation, near) },
		{ NULL },
	};
	struct case_file *c = target;
	struct case_violation *items;
	size_t count;

	if (node->type != YAML_SEQUENCE_NODE)
		return complain(s, node, "a list is wanted here");
	count = (size_t) (node->data.sequence.items.top - node->data.sequence.items.start);
	items = arena_alloc(s->arena, count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const yaml_node_t *item =
			yaml_document_get_node(&s->document, node->data.sequence.items.start[i]);
		int r = read_mapping(s, item, keys, &items[i]);

		if (r != 0)
			return r;
		if (!items[i].rule.ptr)
			return complain(s, item, "a violation names its `rule`");
	}

	c->violations = items;
	c->violation_count = count;
	return 0;
}

static int read_expect(struct source *s, const yaml_node_t *node, void *target)
{
	static const struct case_key keys[] = {
		{ "verdict", .offset = offsetof(struct case_file, verdict) },
		{ "name", .offset = offsetof(struct case_file, name) },
		{ "try", .offset = offsetof(struct case_file, way_out) },
		{ "violations", .read = read_violations },
		{ NULL },
	};

	return read_mapping(s, node, keys, target);
}

/* A path from the folder of the case, as people see the two beside each other. */
static int read_policy_file(struct source *s, const yaml_node_t *node, void *target)
{
	struct case_file *c = target;
	struct slice folder = slice_str(s->path), name, path;
	int r = read_text(s, node, &name);

	if (r != 0)
		return r;
	while (folder.len > 0 && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	r = arena_printf(s->arena, &path, "%.*s%.*s", SLICE_ARG(folder), SLICE_ARG(name));
	if (r != 0)
		return r;
	c->policy_path = path.ptr;
	return read_file(s->arena, path.ptr, CASE_MOST, 0, &c->policy, s->diags);
}

static int read_case(struct source *s, const yaml_node_t *node, struct case_file *c)
{
	static const struct case_key keys[] = {
		{ "why", .offset = offsetof(struct case_file, why) },
		{ "policy", .offset = offsetof(struct case_file, policy) },
		{ "policy_file", .read = read_policy_file },
		{ "request", .read = read_request },
		{ "body", .offset = offsetof(struct case_file, body) },
		{ "body_base64", .offset = offsetof(struct case_file, body_base64) },
		{ "links", .read = read_links },
		{ "facts", .read = read_facts },
		{ "container", .offset = offsetof(struct case_file, container) },
		{ "selinux", .offset = offsetof(struct case_file, selinux) },
		{ "envelope", .offset = offsetof(struct case_file, envelope) },
		{ "expect", .read = read_expect },
		{ NULL },
	};
	int r = read_mapping(s, node, keys, c);

	if (r != 0)
		return r;
	if (!c->why.len)
		return complain(s, node, "a case says `why` it is there");
	if (!c->verdict.len)
		return complain(s, node, "a case states the `verdict` it expects");
	if (!c->envelope.ptr && !c->method.ptr)
		return complain(s, node, "a case has a `request`, or an `envelope`");
	if (c->envelope.ptr && (c->method.ptr || c->uri.ptr || c->body.ptr || c->body_base64.ptr))
		return complain(s, node, "an `envelope` stands alone, without request and body");
	if (c->body.ptr && c->body_base64.ptr)
		return complain(s, node, "`body` or `body_base64`, not both");
	return 0;
}

static int read_document(struct source *s, struct case_file *ret)
{
	const yaml_node_t *root = yaml_document_get_root_node(&s->document);

	if (!root)
		return diag_add(s->diags, (struct mark){ .file = s->path }, "is empty");
	return read_case(s, root, ret);
}

int case_file_read(const char *path, struct slice folder, struct arena *a, struct case_file *ret,
		   struct diags *d)
{
	struct source s = { .path = path, .folder = folder, .arena = a, .diags = d };
	struct case_file c = { 0 };
	yaml_parser_t parser;
	struct slice text;
	int r = read_file(a, path, CASE_MOST, 0, &text, d);

	if (r != 0)
		return r;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *) text.ptr, text.len);
	if (yaml_parser_load(&parser, &s.document)) {
		r = read_document(&s, &c);
		yaml_document_delete(&s.document);
	} else {
		r = diag_add(d, mark_of(&s, parser.problem_mark), "%s", parser.problem);
	}
	yaml_parser_delete(&parser);
	if (r != 0)
		return r;

	*ret = c;
	return 0;
}
