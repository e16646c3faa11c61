#include "load/condition-check.h"

#include "kit/words.h"
#include "load/draft.h"
#include "policy/condition.h"
#include "policy/intent.h"
#include "when/condition.h"
#include "yaml/yaml-doc.h"

enum { DIGEST_DIGITS = 64 };

/* Calls `check` for a word, or for each of a list. */
static int check_words(struct draft *d, const struct yaml_node *n,
		       int (*check)(struct draft *d, const struct yaml_node *word))
{
	int bad = 0;

	if (n->kind != YAML_LIST)
		return check(d, n);
	for (const struct yaml_node *word = n->first; word; word = word->next)
		bad |= check(d, word);
	return bad;
}

/* A name as containers and hosts have them, or a glob of such. */
static bool is_name_glob(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && !slice_find(SLICE("_.-*?"), c))
			return false;
	}
	return text.len > 0;
}

bool has_star(struct slice text)
{
	return slice_find(text, '*') || slice_find(text, '?');
}

static bool has_upper(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z')
			return true;
	}
	return false;
}

/* A registry is told from the first part of a repository by a dot, a port, or as localhost. */
static bool may_be_registry(struct slice first)
{
	return has_star(first) || slice_find(first, '.') || slice_find(first, ':') ||
	       slice_eq(first, SLICE("localhost"));
}

static int check_image(struct draft *d, const struct yaml_node *word)
{
	struct slice glob = word->text, first, rest;
	bool parts;

	if (slice_starts(glob, SLICE("sha256:")) || slice_starts(glob, SLICE("**")))
		return 0;
	if (words_are_regexp(glob))
		return diag_add(d->diags, word->mark,
				"%s matches no image: in a glob only `*`, `**` and `?` mean "
				"something, as in docker.io/library/*",
				yaml_words(word, d->scratch));
	parts = slice_cut(glob, '/', &first, &rest);
	if (!parts && has_star(glob))
		return diag_add(d->diags, word->mark,
				"%s matches no image: full names have slashes, which only `**` "
				"matches; write docker.io/library/* or `**`",
				yaml_words(word, d->scratch));
	if (!parts)
		return diag_add(d->diags, word->mark,
				"%s matches no image: names are compared in full; write "
				"docker.io/library/%.*s",
				yaml_words(word, d->scratch), SLICE_ARG(glob));
	if (!may_be_registry(first))
		return diag_add(
			d->diags, word->mark,
			"%s matches no image: names are compared in full; write docker.io/%.*s",
			yaml_words(word, d->scratch), SLICE_ARG(glob));
	if (has_upper(image_repository(glob)))
		return diag_add(
			d->diags, word->mark,
			"%s matches no image: registries and repositories are in lower case",
			yaml_words(word, d->scratch));
	return 0;
}

int condition_check_images(struct draft *d, const struct yaml_node *n)
{
	return check_words(d, n, check_image);
}

static int check_container(struct draft *d, const struct yaml_node *word)
{
	if (is_name_glob(word->text))
		return 0;
	return diag_add(d->diags, word->mark,
			"%s matches no container: names are made of letters, digits, `_`, `.` and "
			"`-`, without a slash in front",
			yaml_words(word, d->scratch));
}

int condition_check_containers(struct draft *d, const struct yaml_node *n)
{
	return check_words(d, n, check_container);
}

static int check_host(struct draft *d, const struct yaml_node *word)
{
	if (is_name_glob(word->text))
		return 0;
	return diag_add(d->diags, word->mark,
			"%s matches no host: names are made of letters, digits, `_`, `.` and "
			"`-`, as `uname -n` prints them",
			yaml_words(word, d->scratch));
}

int condition_check_hosts(struct draft *d, const struct yaml_node *n)
{
	return check_words(d, n, check_host);
}

/* Whether such calls tell what the condition asks for. */
static bool answers(enum op op, const struct condition *c)
{
	return (c->images.count == 0 || op_subjects(op) & SUBJECT_IMAGE) &&
	       (c->containers.count == 0 || op_sees_container(op));
}

bool when_leaves(const struct when *when, enum op op)
{
	return bit_set_has(&when->is.operations, op) && answers(op, &when->is) &&
	       (!when->is_not || answers(op, when->is_not) ||
		!bit_set_has(&when->is_not->operations, op));
}

/* `?*` is everybody with a name as `*` is. */
bool is_all_stars(struct slice glob)
{
	for (size_t i = 0; i < glob.len; i++) {
		if (glob.ptr[i] != '*' && glob.ptr[i] != '?')
			return false;
	}
	return slice_find(glob, '*');
}

/* Nothing asked for, or something that everything has. */
static bool asks_nothing(const struct words *globs)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (is_all_stars(globs->items[i]))
			return true;
	}
	return globs->count == 0;
}

bool when_matches_everything(const struct when *when)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!bit_set_has(&when->is.operations, op))
			return false;
	}
	return asks_nothing(&when->is.users) && asks_nothing(&when->is.images) &&
	       asks_nothing(&when->is.containers) && !when->is_not;
}

/* A name from a certificate: not "nobody", and not just anybody. */
static bool users_bind(const struct words *users)
{
	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].len == 0)
			return false;
	}
	return users->count > 0 && !asks_nothing(users);
}

static bool has_digest(struct slice glob)
{
	struct slice head, digest = glob;

	if (!slice_starts(glob, SLICE("sha256:")) && !slice_cut(glob, '@', &head, &digest))
		return false;
	return slice_starts(digest, SLICE("sha256:")) &&
	       digest.len == sizeof("sha256:") - 1 + DIGEST_DIGITS && !has_star(digest);
}

static bool images_bind(const struct words *images)
{
	for (size_t i = 0; i < images->count; i++) {
		if (!has_digest(images->items[i]))
			return false;
	}
	return images->count > 0;
}

static bool has_nameless(const struct words *users)
{
	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].len == 0)
			return true;
	}
	return users->count == 0;
}

bool when_shuts_out_all(const struct when *when)
{
	const struct when is_not = { .is = *when->is_not };

	return when_matches_everything(&is_not) &&
	       (is_not.is.users.count == 0 || !has_nameless(&when->is.users));
}

bool when_binds(const struct when *when)
{
	return users_bind(&when->is.users) || images_bind(&when->is.images);
}
