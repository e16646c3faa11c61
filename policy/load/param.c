/*
 * param.c - a rule's typed settings.
 *
 * A rule describes each setting by one row of its `struct param` table; here is one reader for each
 * kind of row. What is almost right is refused with the right spelling: a path that never matches
 * protects nothing, and nobody would notice.
 */
#include "load/param.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/path.h"
#include "kit/caller.h"
#include "policy/key.h"
#include "policy/rule.h"
#include "yaml/yaml-doc.h"

enum { OPTIONS_MOST = 16 };

/* One option being read. */
struct option {
	const struct rule *rule;
	const struct param *param;
	const struct yaml_node *node;
	struct arena *arena;
	struct diags *diags;
};

static int complain(const struct option *o, const struct yaml_node *at, const char *accepted)
{
	return diag_add(o->diags, at->mark, "`%s` of `%s` %s, not %s", o->param->name, o->rule->id,
			accepted, yaml_words(at, o->arena));
}

static bool truth(const struct yaml_node *n, bool *ret)
{
	*ret = slice_eq(n->text, SLICE("true"));
	return yaml_plain(n) && (*ret || slice_eq(n->text, SLICE("false")));
}

static int read_bool(const struct option *o, void *ret)
{
	bool value;

	if (!truth(o->node, &value))
		return complain(o, o->node, "must be true or false, without quotes");
	*(bool *) ret = value;
	return 0;
}

/* YAML 1.1 reads 010 as eight, and people read it as ten. */
static bool read_plain_number(const struct yaml_node *n, uint64_t *ret)
{
	bool leads = n->text.len > 1 && slice_starts(n->text, SLICE("0"));

	return yaml_plain(n) && !leads && number_u64(n->text, ret);
}

static int read_count(const struct option *o, void *ret)
{
	const struct param *p = o->param;
	uint64_t value;

	if (!read_plain_number(o->node, &value) || value < p->least || value > p->most)
		return diag_add(o->diags, o->node->mark,
				"`%s` of `%s` must be a whole number from %" PRIu64 " to %" PRIu64
				", without quotes, not %s",
				p->name, o->rule->id, p->least, p->most,
				yaml_words(o->node, o->arena));
	*(uint64_t *) ret = value;
	return 0;
}

/* Every type of item begins with the slice that tells it from the others. */
static struct slice item_name(const char *items, size_t size, size_t i)
{
	const void *item = items + i * size;

	return *(const struct slice *) item;
}

static bool stands_before(const char *items, size_t size, size_t last)
{
	for (size_t i = 0; i < last; i++) {
		if (slice_eq(item_name(items, size, i), item_name(items, size, last)))
			return true;
	}
	return false;
}

/*
 * Reads a list whose items are `size` bytes each. `read_one` gives 0 and the item, BAD_INPUT and
 * leaves it alone, or -ENOMEM.
 */
static int read_list(const struct option *o, size_t size,
		     int (*read_one)(const struct option *o, const struct yaml_node *n, void *ret),
		     const void **ret, size_t *ret_count)
{
	char *items = NULL;
	size_t count = 0;

	if (o->node->kind != YAML_LIST)
		return complain(o, o->node, "must be a list in brackets, such as [a, b]");
	if (o->node->count > PARAM_ITEMS_MOST)
		return diag_add(o->diags, o->node->mark,
				"`%s` of `%s` lists %zu items; at most %d are possible",
				o->param->name, o->rule->id, o->node->count, PARAM_ITEMS_MOST);
	if (o->node->count > 0) {
		items = arena_alloc(o->arena, o->node->count, size);
		if (!items)
			return -ENOMEM;
	}
	for (const struct yaml_node *n = o->node->first; n; n = n->next) {
		int err = read_one(o, n, items + count * size);

		if (err < 0)
			return err;
		if (err > 0)
			continue;
		if (stands_before(items, size, count))
			diag_add(o->diags, n->mark,
				 "`%.*s` stands twice in `%s` of `%s`; keep one of them",
				 SLICE_ARG(item_name(items, size, count)), o->param->name,
				 o->rule->id);
		else
			count++;
	}
	*ret = items;
	*ret_count = count;
	return 0;
}

/* Only a path that may be mounted is matched with the caller at hand. */
static int refuse_user(const struct option *o, const struct yaml_node *n)
{
	if (n->kind != YAML_SCALAR || !names_caller(n->text))
		return 0;
	return diag_add(o->diags, n->mark,
			"`{user}` means nothing special in `%s` of `%s`, so %s would never match",
			o->param->name, o->rule->id, yaml_words(n, o->arena));
}

static int read_word(const struct option *o, const struct yaml_node *n, void *ret)
{
	const char *accepted;

	if (n->kind != YAML_SCALAR || (n->plain && n->text.len == 0))
		return complain(o, n, "must list words");
	if (refuse_user(o, n))
		return BAD_INPUT;
	accepted = o->param->word ? o->param->word(n->text) : NULL;
	if (accepted)
		return diag_add(o->diags, n->mark, "each word of `%s` of `%s` must be %s, not %s",
				o->param->name, o->rule->id, accepted, yaml_words(n, o->arena));
	return arena_copy(o->arena, n->text, ret);
}

static int read_words(const struct option *o, void *ret)
{
	const void *items = NULL;
	size_t count = 0;
	int err;

	err = read_list(o, sizeof(struct slice), read_word, &items, &count);
	if (err)
		return err;
	*(struct words *) ret = (struct words){ items, count };
	return 0;
}

/* An absolute and clean path, or a glob for such: what compares unequal for ever would protect
 * nothing. */
static int read_pattern(const struct option *o, const struct yaml_node *n, struct slice *ret)
{
	struct slice clean;

	if (n->kind != YAML_SCALAR || !slice_starts(n->text, SLICE("/")))
		return complain(o, n, "must list absolute paths, which begin with `/`");
	if (path_clean(o->arena, n->text, &clean))
		return -ENOMEM;
	if (!slice_eq(clean, n->text))
		return diag_add(o->diags, n->mark, "%s would never match; write `%.*s`",
				yaml_words(n, o->arena), SLICE_ARG(clean));
	*ret = clean;
	return 0;
}

static int read_path(const struct option *o, const struct yaml_node *n, void *ret)
{
	if (n->kind == YAML_SCALAR && slice_starts(n->text, SLICE("/*")))
		return diag_add(
			o->diags, n->mark,
			"`*` and `?` mean nothing special in `%s`, so %s would never match; to let "
			"nothing be mounted but what is listed, use `allow` of `bind-sources`",
			o->param->name, yaml_words(n, o->arena));
	if (n->kind == YAML_SCALAR && (slice_find(n->text, '*') || slice_find(n->text, '?')))
		return diag_add(
			o->diags, n->mark,
			"`*` and `?` mean nothing special in `%s`, so %s would never match; name the "
			"directory, and all that is in it is meant",
			o->param->name, yaml_words(n, o->arena));
	return refuse_user(o, n) ? BAD_INPUT : read_pattern(o, n, ret);
}

static int read_paths(const struct option *o, void *ret)
{
	const void *items = NULL;
	size_t count = 0;
	int err;

	err = read_list(o, sizeof(struct slice), read_path, &items, &count);
	if (err)
		return err;
	*(struct words *) ret = (struct words){ items, count };
	return 0;
}

/*
 * An item that is a path, or a mapping of `path` and one other key, as `known` has them.
 * `ret_other` is that key's value, NULL when it is not given.
 */
static int read_item(const struct option *o, const struct yaml_node *n, const char *const *known,
		     struct slice *ret_path, const struct yaml_node **ret_other)
{
	const struct yaml_node *path;

	if (n->kind != YAML_MAP) {
		*ret_other = NULL;
		return read_pattern(o, n, ret_path);
	}
	yaml_check_keys(n, known, "an item of this list", "key", o->arena, o->diags);
	path = yaml_get(n, slice_str(known[0]));
	if (!path)
		return diag_add(o->diags, n->mark, "an item of this list needs a `path`");
	*ret_other = yaml_get(n, slice_str(known[1]));
	return read_pattern(o, path, ret_path);
}

int check_user_glob(struct slice glob, const struct yaml_node *n, struct diags *d)
{
	size_t places = 0;

	for (size_t i = 0; i < glob.len; i++)
		places += slice_starts(slice_from(glob, i), SLICE("{user}"));
	if (places == 0 || (places <= USER_PLACES_MOST && glob.len <= USER_GLOB_MOST))
		return 0;
	return diag_add(
		d, n->mark,
		"what has `{user}` in it may be %d bytes long and have it %d times, at most",
		USER_GLOB_MOST, USER_PLACES_MOST);
}

static int read_allowed_path(const struct option *o, const struct yaml_node *n, void *ret)
{
	struct allowed_path item = { 0 };
	const struct yaml_node *read_only = NULL;
	int err;

	err = read_item(o, n, key_names(KEYS_PATH_ITEM), &item.path, &read_only);
	if (err == 0)
		err = check_user_glob(item.path, n, o->diags);
	if (err)
		return err;
	if (read_only && !truth(read_only, &item.read_only))
		return diag_add(o->diags, read_only->mark,
				"`read_only` must be true or false, without quotes, not %s",
				yaml_words(read_only, o->arena));
	*(struct allowed_path *) ret = item;
	return 0;
}

static int read_allowed_paths(const struct option *o, void *ret)
{
	const void *items = NULL;
	size_t count = 0;
	int err;

	err = read_list(o, sizeof(struct allowed_path), read_allowed_path, &items, &count);
	if (err)
		return err;
	*(struct allowed_paths *) ret = (struct allowed_paths){ items, count };
	return 0;
}

static bool are_permissions(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!slice_find(SLICE("rwm"), text.ptr[i]) ||
		    slice_find(slice_from(text, i + 1), text.ptr[i]))
			return false;
	}
	return text.len > 0;
}

/* A capability or a driver (gpu), or a CDI device, VENDOR/CLASS=NAME; a glob. No path begins so. */
static bool is_device_word(const struct yaml_node *n)
{
	struct slice text = n->text;

	if (n->kind != YAML_SCALAR || text.len == 0 || text.ptr[0] == '.' || text.ptr[0] == '*' ||
	    text.ptr[0] == '?' || (slice_find(text, '/') && !slice_find(text, '=')))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!slice_find(
			    SLICE("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "._-:=/*?"),
			    text.ptr[i]))
			return false;
	}
	return text.ptr[0] != '/';
}

static int read_device(const struct option *o, const struct yaml_node *n, void *ret)
{
	/* What the engine gives with a --device that names no permissions. */
	struct allowed_device item = { .permissions = SLICE("rwm") };
	const struct yaml_node *permissions = NULL;
	int err;

	if (is_device_word(n)) {
		err = arena_copy(o->arena, n->text, &item.path);
		*(struct allowed_device *) ret = item;
		return err;
	}
	err = read_item(o, n, key_names(KEYS_DEVICE_ITEM), &item.path, &permissions);
	if (err == 0)
		err = refuse_user(o, n->kind == YAML_MAP ? yaml_get(n, SLICE("path")) : n);
	if (err)
		return err;
	if (permissions) {
		if (permissions->kind != YAML_SCALAR || !are_permissions(permissions->text))
			return diag_add(
				o->diags, permissions->mark,
				"`permissions` must be one or more of `r` (read), `w` (write) and `m` "
				"(mknod), such as `rw`, not %s",
				yaml_words(permissions, o->arena));
		err = arena_copy(o->arena, permissions->text, &item.permissions);
		if (err)
			return err;
	}
	*(struct allowed_device *) ret = item;
	return 0;
}

static int read_devices(const struct option *o, void *ret)
{
	const void *items = NULL;
	size_t count = 0;
	int err;

	err = read_list(o, sizeof(struct allowed_device), read_device, &items, &count);
	if (err)
		return err;
	*(struct allowed_devices *) ret = (struct allowed_devices){ items, count };
	return 0;
}

static int read_size(const struct option *o, void *ret)
{
	const struct param *p = o->param;
	uint64_t value;

	if (o->node->kind != YAML_SCALAR || !number_size(o->node->text, &value) ||
	    value < p->least || value > p->most)
		return diag_add(o->diags, o->node->mark,
				"`%s` of `%s` must be a size such as 64m or 4g, from %" PRIu64
				" to %" PRIu64 " bytes, not %s",
				p->name, o->rule->id, p->least, p->most,
				yaml_words(o->node, o->arena));
	*(uint64_t *) ret = value;
	return 0;
}

static int read_single_word(const struct option *o, void *ret)
{
	const char *accepted = "a word";

	if (o->node->kind == YAML_SCALAR && o->node->text.len > 0)
		accepted = o->param->word ? o->param->word(o->node->text) : NULL;
	if (accepted)
		return diag_add(o->diags, o->node->mark, "`%s` of `%s` must be %s, not %s",
				o->param->name, o->rule->id, accepted,
				yaml_words(o->node, o->arena));
	return arena_copy(o->arena, o->node->text, ret);
}

static int read_pair(const struct option *o, const struct yaml_node *n, struct word_pair *ret)
{
	const char *accepted = "a word";
	int err;

	if (n->kind == YAML_SCALAR && n->text.len > 0)
		accepted = o->param->word ? o->param->word(n->text) : NULL;
	if (accepted)
		return diag_add(o->diags, n->mark, "each value of `%s` of `%s` must be %s, not %s",
				o->param->name, o->rule->id, accepted, yaml_words(n, o->arena));
	err = arena_copy(o->arena, n->key->text, &ret->name);
	return err ? err : arena_copy(o->arena, n->text, &ret->value);
}

static int read_pairs(const struct option *o, void *ret)
{
	struct word_pair *items = arena_alloc(o->arena, o->node->count, sizeof(*items));
	size_t count = 0;

	if (!items)
		return -ENOMEM;
	if (o->node->kind != YAML_MAP)
		return complain(o, o->node, "must be a mapping, such as { name: value }");
	for (const struct yaml_node *n = o->node->first; n; n = n->next) {
		int err = read_pair(o, n, &items[count]);

		if (err < 0)
			return err;
		count += err == 0;
	}
	*(struct word_pairs *) ret = (struct word_pairs){ items, count };
	return 0;
}

static int (*const readers[])(const struct option *o, void *ret) = {
	[PARAM_BOOL_] = read_bool,
	[PARAM_COUNT_] = read_count,
	[PARAM_WORDS_] = read_words,
	[PARAM_PATHS_] = read_paths,
	[PARAM_ALLOWED_PATHS_] = read_allowed_paths,
	[PARAM_DEVICES_] = read_devices,
	[PARAM_SIZE_] = read_size,
	[PARAM_WORD_] = read_single_word,
	[PARAM_PAIRS_] = read_pairs,
};

/* Every option the rule has, for "did you mean"; `action` first. */
static void list_options(const struct rule *rule, const char **ret)
{
	size_t count = 0;

	for (const char *const *name = key_names(KEYS_SETTING); *name; name++)
		ret[count++] = *name;
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		assert(count < OPTIONS_MOST);
		ret[count++] = p->name;
	}
	ret[count] = NULL;
}

int param_read(const struct rule *rule, const struct yaml_node *node, void *config, struct arena *a,
	       struct diags *d)
{
	struct option o = { .rule = rule, .arena = a, .diags = d };
	const char *known[OPTIONS_MOST + 1];
	struct slice owner;
	int err;

	list_options(rule, known);
	err = arena_printf(a, &owner, "`%s`", rule->id);
	if (err)
		return err;
	yaml_check_keys(node, known, owner.ptr, "option", a, d);
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		o.param = p;
		o.node = yaml_get(node, slice_str(p->name));
		if (!o.node)
			continue;
		err = readers[p->kind](&o, (char *) config + p->offset);
		if (err < 0)
			return err;
	}
	return 0;
}
