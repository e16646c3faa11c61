#include "when/condition.h"

#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/glob-index.h"
#include "base/glob.h"
#include "kit/caller.h"
#include "kit/words.h"
#include "policy/intent.h"

/* Of several globs the one that says least decides how many texts lead here. */
static size_t narrowness(const struct words *globs)
{
	size_t least = globs->count > 0 ? SIZE_MAX : 0;

	for (size_t i = 0; i < globs->count; i++) {
		size_t len = glob_beginning(globs->items[i]).len;

		least = len < least ? len : least;
	}
	return least;
}

enum key { BY_USER, BY_IMAGE, BY_CONTAINER, BY_NOTHING, KEYS };

static enum key key_of(const struct condition *c, const struct words **ret)
{
	static const struct slice nothing[] = { SLICE_INIT("") };
	static const struct words empty = { nothing, 1 };
	const struct words *globs[] = { &c->users, &c->images, &c->containers };
	enum key best = BY_NOTHING;
	size_t most = 0;

	*ret = &empty;
	for (enum key k = BY_USER; k < BY_NOTHING; k++) {
		size_t n = narrowness(globs[k]);

		if (n > most) {
			most = n;
			best = k;
			*ret = globs[k];
		}
	}
	return best;
}

struct entries {
	struct glob_entry *items;
	size_t count;
};

static int add_entries(struct entries *e, const struct words *globs, uint32_t id, struct arena *a)
{
	for (size_t i = 0; i < globs->count; i++) {
		int error = ARENA_APPEND(a, e->items, e->count,
					 (struct glob_entry){ .glob = globs->items[i], .id = id });

		if (error)
			return error;
	}
	return 0;
}

/* A commit and a prune speak of containers too, but their path names none. */
bool op_sees_container(enum op op)
{
	struct slice name = slice_str(op_name(op));

	if (op == OP_CONTAINER_LIST || op == OP_CONTAINER_PRUNE || op == OP_CONTAINER_COMMIT)
		return false;
	return op == OP_EXEC_CREATE || glob_match(SLICE("container.*"), name) ||
	       glob_match(SLICE("checkpoint.*"), name);
}

static struct slice container_of(const struct intent *in)
{
	struct slice name = in->object;

	if (!op_sees_container(in->op))
		return SLICE("");
	if (in->op == OP_CONTAINER_CREATE)
		name = in->container.name.value;
	/* The daemon takes a name with a slash in front for the one without. */
	return slice_starts(name, SLICE("/")) ? slice_from(name, 1) : name;
}

/*
 * An ID, the beginning of one, and the alias of an old link stand for a container of another name.
 * A new one has the name that it is given; without one the daemon makes it up.
 */
static bool is_name(const struct intent *in)
{
	struct slice name = container_of(in);

	if (in->op == OP_CONTAINER_CREATE)
		return true;
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '/')
			return false;
	}
	for (size_t i = 0; i < name.len; i++) {
		if (!slice_find(SLICE("0123456789abcdef"), name.ptr[i]))
			return true;
	}
	return false;
}

/* A registry is the same in any letter case. */
static int name_plainly(const struct image *image, struct arena *a, struct slice *ret)
{
	*ret = image->name;
	if (slice_starts(image->name, image->registry))
		return 0;
	return arena_printf(a, ret, "%.*s%.*s", SLICE_ARG(image->registry),
			    SLICE_ARG(slice_from(image->name, image->registry.len)));
}

/*
 * The daemon goes by the digest where one is given, and a tag beside it is decoration. A short name
 * that may be the beginning of an ID may be any image.
 */
static int name_image(const struct image *image, struct arena *a, struct slice *ret_full,
		      struct slice *ret_plain)
{
	bool digest = image->digest.len > 0;

	if (image->is_id) {
		*ret_full = image->given;
		*ret_plain = image->name;
		return 0;
	}
	if (name_plainly(image, a, ret_plain))
		return -ENOMEM;
	return arena_printf(a, ret_full, "%.*s%c%.*s", SLICE_ARG(*ret_plain), digest ? '@' : ':',
			    SLICE_ARG(digest ? image->digest : image->tag));
}

struct slice image_repository(struct slice glob)
{
	struct slice name, rest;
	size_t last = 0; /* where the last part begins */

	slice_cut(glob, '@', &name, &rest);
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '/')
			last = i + 1;
	}
	slice_cut(slice_from(name, last), ':', &rest, &(struct slice){ 0 });
	name.len = last + rest.len;
	return name;
}

int facts_of(const struct intent *in, int64_t now, struct arena *a, struct facts *ret)
{
	size_t count = in->images.count;
	struct slice *full = arena_alloc(a, count, sizeof(*full));
	struct slice *plain = arena_alloc(a, count, sizeof(*plain));
	bool known = count > 0;

	if (!full || !plain)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = name_image(&in->images.items[i], a, &full[i], &plain[i]);

		if (err)
			return err;
		known = known && !in->images.items[i].may_be_id;
	}
	*ret = (struct facts){
		.intent = in,
		.container = container_of(in),
		.images = full,
		.plain_images = plain,
		.image_items = in->images.items,
		.image_count = count,
		.images_known = known,
		.container_known = is_name(in),
		.now = now,
	};
	return 0;
}

static bool image_fits(const struct words *globs, const struct facts *f, size_t i)
{
	return words_match(globs, f->images[i]) || words_match(globs, f->plain_images[i]);
}

/* All that are here, or all that the registry has, are sent or fetched. */
static bool means_all_tags(const struct image *image)
{
	bool bare = image->digest.len == 0 && (image->tag_implied || image->tag.len == 0);

	return bare && !image->floats && (image->use == IMAGE_FETCH || image->use == IMAGE_PUSH);
}

/* Without the tag, of which the glob may mean all. */
static bool image_is_certain(const struct words *globs, const struct facts *f, size_t i)
{
	return means_all_tags(&f->image_items[i]) ? words_match(globs, f->plain_images[i])
						  : image_fits(globs, f, i);
}

static bool has_digest(struct slice glob)
{
	return slice_find(glob, '@');
}

/* Ports that a registry has anyway, and the Hub's other names. */
static struct slice usual_registry(struct slice registry)
{
	static const char *const hub[] = { "index.docker.io", "registry-1.docker.io",
					   "registry.hub.docker.com" };
	const struct slice ports[] = { SLICE(":443"), SLICE(":80") };

	for (size_t i = 0; i < COUNT_OF(ports); i++) {
		if (slice_ends(registry, ports[i]))
			registry.len -= ports[i].len;
	}
	for (size_t i = 0; i < COUNT_OF(hub); i++) {
		if (slice_eq(registry, slice_str(hub[i])))
			return SLICE("docker.io");
	}
	return registry;
}

/* Whether the glob matches the name, or another one by which the same registry is reached. */
static bool may_name(struct slice glob, struct slice name)
{
	struct slice server, path, registry, rest;

	if (glob_match(glob, name))
		return true;
	if (!slice_cut(glob, '/', &server, &path) || !slice_cut(name, '/', &registry, &rest))
		return false;
	return glob_match(usual_registry(server), usual_registry(registry)) &&
	       glob_match(path, rest);
}

/* Whether some tag of the repository fits. A star may stand for its end, the colon and the
 * beginning of the tag. */
static bool may_be_tag_of(struct slice glob, struct slice repository)
{
	if (may_name(image_repository(glob), repository))
		return true;
	for (size_t i = glob.len; i > 0 && !slice_find(SLICE("/:@"), glob.ptr[i - 1]); i--) {
		char c = glob.ptr[i - 1];
		struct slice head = { glob.ptr, c == '*' ? i : i - 1 };

		if ((c == '*' || c == '?') && may_name(head, repository))
			return true;
	}
	return false;
}

/*
 * Of an ID any name may be meant, and a registry may be called by another name. A digest may be
 * that of a tag, and a tag may lead to a digest, where the repository is the same.
 */
static bool image_may_be(const struct words *globs, const struct facts *f, size_t i)
{
	const struct image *image = &f->image_items[i];

	if (image->is_id || image->may_be_id)
		return true;
	for (size_t g = 0; g < globs->count; g++) {
		struct slice glob = globs->items[g];

		if (may_name(glob, f->images[i]) || may_name(glob, f->plain_images[i]))
			return true;
		if ((means_all_tags(image) || has_digest(glob) != (image->digest.len > 0)) &&
		    may_be_tag_of(glob, f->plain_images[i]))
			return true;
	}
	return false;
}

/* A build may name an image that fits and one that does not. */
bool images_fit(const struct words *globs, const struct facts *f, enum doubt doubt)
{
	size_t fit = 0;

	if (globs->count == 0)
		return true;
	for (size_t i = 0; i < f->image_count; i++)
		fit += doubt == DOUBT_HOLDS ? image_may_be(globs, f, i)
					    : image_is_certain(globs, f, i);
	return doubt == DOUBT_HOLDS ? fit > 0 || !f->images_known
				    : fit == f->image_count && f->images_known;
}

static bool container_fits(const struct words *globs, const struct facts *f, enum doubt doubt)
{
	if (globs->count == 0 || (doubt == DOUBT_HOLDS && !f->container_known))
		return true;
	return f->container.len > 0 && words_match(globs, f->container);
}

static bool holds(const struct condition *c, const struct facts *f, enum doubt doubt)
{
	return bit_set_has(&c->operations, f->intent->op) &&
	       (c->users.count == 0 || caller_is(&c->users, f->intent->caller.user)) &&
	       images_fit(&c->images, f, doubt) && container_fits(&c->containers, f, doubt);
}

/* A call that is about no image or container is none of those that a `when` with one is for. */
static bool speaks_of(const struct condition *c, const struct facts *f)
{
	return (c->images.count == 0 || f->image_count > 0) &&
	       (c->containers.count == 0 || op_sees_container(f->intent->op));
}

bool when_holds(const struct when *when, const struct facts *f, enum doubt doubt)
{
	const struct condition *is_not = when->is_not;

	if (!speaks_of(&when->is, f) || !holds(&when->is, f, doubt))
		return false;
	if (!is_not)
		return true;
	/* What cannot be told of the one half cannot be told of the other, the other way round. */
	if (doubt == DOUBT_FAILS)
		return !holds(is_not, f, DOUBT_HOLDS);
	return !(speaks_of(is_not, f) && holds(is_not, f, DOUBT_FAILS));
}

unsigned when_misses(const struct when *when, const struct facts *f)
{
	const struct condition *is = &when->is;
	unsigned misses = 0;

	if (!bit_set_has(&is->operations, f->intent->op))
		misses |= MISS_OPERATION;
	if (is->users.count > 0 && !caller_is(&is->users, f->intent->caller.user))
		misses |= MISS_USER;
	if (is->images.count > 0 &&
	    (f->image_count == 0 || !images_fit(&is->images, f, DOUBT_FAILS)))
		misses |= MISS_IMAGE;
	if (is->containers.count > 0 &&
	    (!op_sees_container(f->intent->op) || !container_fits(&is->containers, f, DOUBT_FAILS)))
		misses |= MISS_CONTAINER;
	if (misses == 0 && !when_holds(when, f, DOUBT_FAILS))
		misses |= MISS_NOT;
	return misses;
}

static bool names_all(const struct bit_set *operations)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!bit_set_has(operations, op))
			return false;
	}
	return true;
}

static enum reach narrower(enum reach a, enum reach b)
{
	return a < b ? a : b;
}

/* `asks` and `fits` of one of the things that a condition asks for. */
static enum reach reach_of(bool asks, bool known, bool fits)
{
	if (!asks)
		return REACH_ALL;
	if (!known)
		return REACH_SOME;
	return fits ? REACH_ALL : REACH_NONE;
}

static enum reach condition_reach(const struct condition *c, const struct facts *f, unsigned known,
				  enum doubt doubt)
{
	bool op_known = known & KNOWN_OPERATION;
	enum reach reach = reach_of(!names_all(&c->operations), op_known,
				    bit_set_has(&c->operations, f->intent->op));

	reach = narrower(reach, reach_of(c->users.count > 0, known & KNOWN_USER,
					 caller_is(&c->users, f->intent->caller.user)));
	reach = narrower(reach, reach_of(c->images.count > 0, known & KNOWN_IMAGE,
					 images_fit(&c->images, f, doubt)));
	/* Which container it is nobody says, but some calls are about none. */
	return narrower(reach, reach_of(c->containers.count > 0,
					op_known && !op_sees_container(f->intent->op), false));
}

enum reach when_reach(const struct when *when, const struct facts *f, unsigned known,
		      enum doubt doubt)
{
	enum doubt other = doubt == DOUBT_FAILS ? DOUBT_HOLDS : DOUBT_FAILS;
	enum reach reach = condition_reach(&when->is, f, known, doubt);
	enum reach shut =
		when->is_not ? condition_reach(when->is_not, f, known, other) : REACH_NONE;

	if (shut == REACH_ALL)
		return REACH_NONE;
	return shut == REACH_SOME ? narrower(reach, REACH_SOME) : reach;
}

int when_index_new(const struct indexed *items, size_t count, struct arena *a,
		   struct when_index *ret)
{
	const struct glob_index **indices[KEYS] = { &ret->by_user, &ret->by_image,
						    &ret->by_container, &ret->by_nothing };
	struct entries entries[KEYS] = { 0 };
	uint32_t *doubted = arena_alloc(a, count, sizeof(*doubted));
	int err = doubted ? 0 : -ENOMEM;

	for (size_t i = 0; err == 0 && i < count; i++) {
		const struct words *globs;
		enum key key = key_of(&items[i].when->is, &globs);

		err = add_entries(&entries[key], globs, (uint32_t) i, a);
		if (err == 0 && items[i].doubt == DOUBT_HOLDS &&
		    (key == BY_IMAGE || key == BY_CONTAINER))
			doubted[ret->doubted_count++] = (uint32_t) i;
	}
	for (enum key k = 0; err == 0 && k < KEYS; k++)
		err = glob_index_new(entries[k].items, entries[k].count, a, indices[k]);
	ret->doubted = doubted;
	return err;
}

/* An image is looked up by the one name that it is called by, and may be meant by others. */
static bool in_doubt(const struct facts *f)
{
	return f->image_count > 0 || (!f->container_known && op_sees_container(f->intent->op));
}

size_t when_index_first(const struct when_index *index, size_t count, const struct facts *f,
			when_fits *fits, const void *cls)
{
	struct glob_search searches[KEYS] = {
		[BY_USER] = glob_index_search(index->by_user, f->intent->caller.user),
		[BY_IMAGE] = glob_index_search(index->by_image,
					       f->image_count > 0 ? f->images[0] : SLICE("")),
		[BY_CONTAINER] = glob_index_search(index->by_container, f->container),
		[BY_NOTHING] = glob_index_search(index->by_nothing, SLICE("")),
	};
	const struct glob_entry *entries;
	size_t first = count, n;

	for (size_t i = 0; in_doubt(f) && i < index->doubted_count; i++) {
		if (index->doubted[i] < first && fits(cls, index->doubted[i]))
			first = index->doubted[i];
	}
	for (enum key k = 0; k < KEYS; k++) {
		while (glob_index_next(&searches[k], &entries, &n)) {
			for (size_t i = 0; i < n && entries[i].id < first; i++) {
				if (fits(cls, entries[i].id))
					first = entries[i].id;
			}
		}
	}
	return first;
}
