/*
 * build.c - the classic builder's parameters (moby daemon/server/router/build) to intent.
 *
 * The context is a tar that no plugin is shown, so what a Dockerfile does cannot be judged; how it
 * is run can: the network it may use, where the context comes from, the names that the result is
 * given, where it is pushed, whose layers it may take. Engines read no `cacheto`; `platform`,
 * `target`, `dockerfile` and `buildid` pick among what is in the context.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/object/fetch.h"
#include "docker/params.h"
#include "docker/spelling/image-ref.h"
#include "docker/spelling/security-opt.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

/* types.ImageBuildOutput of moby: BuildKit's exporter and what it is told. */
struct build_output {
	struct field_text type;
	struct field_pairs attrs;
};

static const struct gojson_field output_fields[] = {
	{ "Attrs", GO_STRING_MAP, offsetof(struct build_output, attrs) },
	{ "Type", GO_STRING, offsetof(struct build_output, type) },
};
const struct gojson_type build_output_type = { GOJSON_TYPE(output_fields, struct build_output) };

static const struct gojson_field build_outputs_field = { "outputs", GO_STRUCTS, 0,
							 &build_output_type };
static const struct gojson_field build_caches_field = { "cachefrom", GO_STRINGS };

/* Each name costs far more time than the two bytes that it may be written with. */
enum { MOST_WORDS = 256 };

static int check_count(struct intent *in, size_t count, const struct place *at)
{
	return count <= MOST_WORDS
		       ? 0
		       : reading_unread(&in->reading, at, "lists more than %d images. Name fewer.",
					MOST_WORDS);
}

static int check_words(struct intent *in, struct slice list, const struct place *at)
{
	size_t words = 1;

	for (size_t i = 0; i < list.len; i++)
		words += list.ptr[i] == ',';
	return check_count(in, words, at);
}

/* A parameter whose value is JSON. The daemon reads none that is empty. */
static int read_json(const struct call *call, const struct gojson_field *field, void *ret,
		     struct intent *in)
{
	struct slice name = slice_str(field->name);
	struct gojson_spans *spans = in->reading.spans;
	struct field_text text;
	int error = params_text(call, name, in->arena, &text);

	if (error || text.value.len == 0)
		return error;
	/* A recording asks where things stand in the body, which this is not. */
	in->reading.spans = NULL;
	error = gojson_decode_value(text.value, text.at, field, ret, &in->reading);
	in->reading.spans = spans;
	return error;
}

static int read_names(const struct call *call, struct intent *in)
{
	struct field_texts names;
	int error = params_texts(call, SLICE("t"), in->arena, &names);

	for (size_t i = 0; !error && i < names.count; i++)
		error = image_ref_add(in, names.items[i].value, IMAGE_NAME, names.items[i].at);
	return error;
}

static const struct pair *attribute(const struct build_output *output, struct slice key)
{
	for (size_t i = 0; i < output->attrs.count; i++) {
		if (slice_eq(output->attrs.items[i].key, key))
			return &output->attrs.items[i];
	}
	return NULL;
}

/* Go's strconv.ParseBool, where given without a value is given; what it cannot read fails the
 * build. */
static bool is_on(const struct pair *pair)
{
	static const struct slice words[] = {
		SLICE_INIT("0"),     SLICE_INIT("f"),     SLICE_INIT("F"),
		SLICE_INIT("false"), SLICE_INIT("False"), SLICE_INIT("FALSE"),
	};

	for (size_t i = 0; pair && i < COUNT_OF(words); i++) {
		if (slice_eq(pair->value, words[i]))
			return false;
	}
	return pair != NULL;
}

/* These hand the result to the client over its session, whatever they call it. */
static bool goes_to_client(const struct build_output *output)
{
	static const struct slice types[] = {
		SLICE_INIT("local"),  SLICE_INIT("tar"),       SLICE_INIT("oci"),
		SLICE_INIT("docker"), SLICE_INIT("cacheonly"),
	};

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (slice_eq(output->type.value, types[i]))
			return true;
	}
	return false;
}

static int add_image(struct intent *in, struct slice name, enum image_use use, bool insecure,
		     const struct place *at)
{
	size_t before = in->images.count;
	int error = image_ref_add(in, name, use, at);

	if (!error && in->images.count > before)
		((struct image *) in->images.items)[before].insecure = insecure;
	return error;
}

/* BuildKit takes several names with commas between them, and "*" for one that a frontend made up.
 */
static int add_names(struct intent *in, const struct pair *names, bool pushed, bool insecure)
{
	struct slice rest = names->value, name;
	bool more = names->value.len > 0;
	int error = check_words(in, names->value, names->at);

	if (!error && slice_find(names->value, '*'))
		return reading_unread(&in->reading, names->at,
				      "leaves the image's name to whoever wrote the Dockerfile's "
				      "syntax. Give the name itself.");
	while (!error && more) {
		more = slice_cut(rest, ',', &name, &rest);
		error = add_image(in, name, IMAGE_NAME, false, names->at);
		if (!error && pushed)
			error = add_image(in, name, IMAGE_PUSH, insecure, names->at);
	}
	return error;
}

static bool is_pushed(const struct build_output *output)
{
	return !goes_to_client(output) && (is_on(attribute(output, SLICE("push"))) ||
					   is_on(attribute(output, SLICE("push-by-digest"))));
}

static bool is_insecure(const struct build_output *output)
{
	return is_pushed(output) && is_on(attribute(output, SLICE("registry.insecure")));
}

/*
 * What an exporter of images does (moby builder-next/exporter, buildkit exporter/containerimage):
 * gives names, by default one made of a prefix and the digest, and pushes.
 */
static int read_output(const struct build_output *output, struct intent *in)
{
	const struct pair *name = attribute(output, SLICE("name"));
	const struct pair *prefix = attribute(output, SLICE("dangling-name-prefix"));
	bool pushed = is_pushed(output), insecure = is_insecure(output);
	int error = 0;

	if (goes_to_client(output))
		return 0;
	if (name)
		error = add_names(in, name, pushed, insecure);
	if (!error && prefix)
		error = add_names(in, prefix, pushed, insecure);
	return error;
}

/* The names of `t` take the place of an output's, but are pushed as it says. */
static int push_tags(struct intent *in, size_t tags, bool insecure)
{
	int error = 0;

	for (size_t i = 0; !error && i < tags; i++)
		error = add_image(in, in->images.items[i].given, IMAGE_PUSH, insecure,
				  in->images.items[i].at);
	return error;
}

static int read_outputs(const struct call *call, struct intent *in)
{
	struct gojson_items outputs = { 0 };
	size_t tags = in->images.count;
	bool pushed = false, insecure = false;
	int error = read_json(call, &build_outputs_field, &outputs, in);

	if (!error)
		error = check_count(in, outputs.count, outputs.at);
	for (size_t i = 0; !error && i < outputs.count; i++) {
		const struct build_output *output = (const struct build_output *) outputs.items + i;

		pushed = pushed || is_pushed(output);
		insecure = insecure || is_insecure(output);
		error = read_output(output, in);
	}
	return error || !pushed ? error : push_tags(in, tags, insecure);
}

/* The classic builder takes layers of images that are here already; BuildKit goes and gets them. */
static bool is_buildkit(const struct call *call)
{
	struct slice version;

	return uri_param(&call->uri, SLICE("version"), &version) && version.len > 0 &&
	       !slice_eq(version, SLICE("1"));
}

/* dockerui of BuildKit cuts the list, joined, at its commas: `type=registry,ref=R` fetches R. */
static int add_caches(struct intent *in, const struct text *text)
{
	struct slice rest = text->value, word, key, value;
	bool more = true;
	int error = check_words(in, text->value, text->at);

	while (!error && more) {
		size_t before = in->images.count;

		more = slice_cut(rest, ',', &word, &rest);
		if (!slice_cut(word, '=', &key, &value))
			value = word;
		else if (!slice_eq(key, SLICE("ref")))
			continue;
		error = image_ref_add(in, value, IMAGE_FETCH, text->at);
		if (!error && in->images.count > before)
			((struct image *) in->images.items)[before].floats = true;
	}
	return error;
}

static int read_caches(const struct call *call, struct intent *in)
{
	struct field_texts caches = { 0 };
	int error = read_json(call, &build_caches_field, &caches, in);

	if (!error && is_buildkit(call))
		error = check_count(in, caches.count, caches.at);
	for (size_t i = 0; !error && is_buildkit(call) && i < caches.count; i++)
		error = add_caches(in, &caches.items[i]);
	return error;
}

/*
 * A context that the daemon fetches by itself. It does not where the client marks one that comes
 * over the session, or in another request (moby builder-next: upload-request).
 */
static int read_remote(const struct call *call, struct intent *in)
{
	struct field_text remote;
	int error = params_text(call, SLICE("remote"), in->arena, &remote);

	if (error || slice_eq(remote.value, SLICE("client-session")) ||
	    slice_eq(remote.value, SLICE("upload-request")))
		return error;
	in->build.remote = remote;
	return fetch_add(in, FETCH_URL, remote.value, remote.at);
}

int read_build(const struct call *call, struct intent *in)
{
	struct arena *a = in->arena;
	int error = params_text(call, SLICE("networkmode"), a, &in->container.network_mode);

	if (!error)
		error = params_text(call, SLICE("cgroupparent"), a, &in->container.cgroup_parent);
	if (!error)
		error = read_remote(call, in);
	if (!error)
		error = params_texts(call, SLICE("securityopt"), a, &in->container.security_opt);
	if (!error)
		error = security_opt_read(&in->container, a);
	if (!error)
		error = params_texts(call, SLICE("extrahosts"), a, &in->build.extra_hosts);
	if (!error)
		error = read_names(call, in);
	if (!error)
		error = read_outputs(call, in);
	if (!error)
		error = read_caches(call, in);
	if (error)
		return error;
	in->build.no_cache = params_flag(call, SLICE("nocache"));
	in->build.pull = params_flag(call, SLICE("pull"));
	in->subjects |= SUBJECT_BUILD | SUBJECT_NAMESPACES | SUBJECT_IMAGE;
	return 0;
}

/* A session or gRPC channel: BuildKit's own protocol, opaque from here on. */
int read_build_channel(const struct call *call, struct intent *in)
{
	(void) call;
	in->subjects |= SUBJECT_BUILD;
	return 0;
}
