/* image.c - pull, push, import, tag and commit (moby daemon/server/router/{image,container}) to
 * intent. */
#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/body.h"
#include "docker/call.h"
#include "docker/object/fetch.h"
#include "docker/object/host-config.h"
#include "docker/params.h"
#include "docker/spelling/changes.h"
#include "docker/spelling/image-ref.h"
#include "policy/intent.h"
#include "json/gojson.h"

/* A tag that is a digest stands for whatever the name has, and a digest in the name for any tag
 * (moby postImagesCreate). */
static int join_tag(struct slice name, struct slice tag, struct arena *a, struct slice *ret)
{
	bool is_digest = slice_find(tag, ':');
	struct slice plain, digest;

	*ret = name;
	if (tag.len == 0 || (slice_cut(name, '@', &plain, &digest) && !is_digest))
		return 0;
	return arena_printf(a, ret, "%.*s%c%.*s", SLICE_ARG(plain), is_digest ? '@' : ':',
			    SLICE_ARG(tag));
}

/* The parameter `tag` may be a digest. An empty name names nothing. */
static int add_tagged(const struct call *call, const struct field_text *name, enum image_use use,
		      struct intent *in)
{
	struct slice given;
	struct field_text tag;
	int error = params_text(call, SLICE("tag"), in->arena, &tag);

	if (error || name->value.len == 0)
		return error;
	error = join_tag(name->value, tag.value, in->arena, &given);
	in->subjects |= SUBJECT_IMAGE;
	return error ? error : image_ref_add(in, given, use, name->at);
}

static int read_reference(const struct call *call, struct slice repository, enum image_use use,
			  struct intent *in)
{
	struct field_text name;
	int error = params_text(call, repository, in->arena, &name);

	return error ? error : add_tagged(call, &name, use, in);
}

/* What the daemon itself fetches to import it; without a scheme, over http (moby postImagesCreate).
 */
static int read_source(const struct call *call, struct intent *in)
{
	struct field_text source;
	int error = params_text(call, SLICE("fromSrc"), in->arena, &source);

	if (error || slice_eq(source.value, SLICE("-")))
		return error;
	return fetch_add(in, FETCH_URL, source.value, source.at);
}

/* POST /images/create pulls when it names an image, and imports a tar from fromSrc otherwise. */
int read_image_create(const struct call *call, struct intent *in)
{
	struct slice from_image, from_source = SLICE("");
	int error;

	/* Only an import from "-" has a body, a tar; any other may be a form that names another
	 * image. */
	uri_param(&call->uri, SLICE("fromSrc"), &from_source);
	if (!slice_eq(from_source, SLICE("-"))) {
		error = body_check_query(call, &in->reading);
		if (error)
			return error;
	}
	if (uri_param(&call->uri, SLICE("fromImage"), &from_image) && from_image.len > 0)
		return read_reference(call, SLICE("fromImage"), IMAGE_FETCH, in);
	in->op = OP_IMAGE_IMPORT;
	error = read_source(call, in);
	if (!error)
		error = read_reference(call, SLICE("repo"), IMAGE_NAME, in);
	return error ? error : changes_read(call, in);
}

/*
 * HOST/WORDS asks the registry HOST (moby registry: splitReposSearchTerm), which goes into a URL as
 * it stands: HOST?x=/WORDS too.
 */
int read_image_search(const struct call *call, struct intent *in)
{
	struct field_text term;
	struct slice head, rest;
	int error = params_text(call, SLICE("term"), in->arena, &term);

	if (error || !slice_cut(term.value, '/', &head, &rest))
		return error;
	if (!slice_find(head, '.') && !slice_find(head, ':') && !slice_eq(head, SLICE("localhost")))
		return 0;
	return fetch_add(in, FETCH_REGISTRY, head, term.at);
}

/* As much a look into the registry as a pull is, but that nothing is kept. */
int read_distribution(const struct call *call, struct intent *in)
{
	size_t before = in->images.count;
	int error = image_ref_add(in, in->object, IMAGE_FETCH, PLACE_WORDS("the request's path"));

	(void) call;
	if (error || in->images.count == before)
		return error;
	((struct image *) in->images.items)[before].floats = true;
	in->subjects |= SUBJECT_IMAGE;
	return 0;
}

int read_image_tag(const struct call *call, struct intent *in)
{
	struct image *tagged = arena_alloc(in->arena, 1, sizeof(*tagged));
	int error = tagged ? image_ref_read(in->arena, in->object, IMAGE_RUN, tagged) : -ENOMEM;

	if (error)
		return error;
	in->tagged = tagged;
	return read_reference(call, SLICE("repo"), IMAGE_NAME, in);
}

/* Its name tells the registry; without a tag the engine sends every one that is here. */
int read_image_push(const struct call *call, struct intent *in)
{
	const struct field_text name = { FIELD_SET, in->object, PLACE_WORDS("the image") };

	return add_tagged(call, &name, IMAGE_PUSH, in);
}

/* The archive names its images itself, and no plugin is shown it. */
int read_image_load(const struct call *call, struct intent *in)
{
	(void) call;
	in->subjects |= SUBJECT_IMAGE;
	return 0;
}

/* The container is paused meanwhile, and its files are the image's. */
static void read_committed(const struct call *call, struct intent *in)
{
	if (!uri_param(&call->uri, SLICE("container"), &in->object))
		return;
	in->changes = OBJECT_CONTAINER;
	in->subjects |= SUBJECT_OBJECT;
}

/* The body, where there is one, is a Config; `changes` are applied on top of it. */
int read_commit(const struct call *call, struct intent *in)
{
	struct container_body body = { 0 };
	int error = 0;

	read_committed(call, in);
	/* Clients that have nothing to say send "null". */
	if (call->body.len > 0 && !slice_eq(slice_trim(call->body), SLICE("null")))
		error = gojson_decode(call->body, &container_config_type, &body, &in->reading);
	/* The image that the container was made of is no news. */
	body.container.image = (struct field_text){ 0 };
	if (!error)
		error = container_build(&body, in);
	if (!error)
		error = read_reference(call, SLICE("repo"), IMAGE_NAME, in);
	return error ? error : changes_read(call, in);
}
