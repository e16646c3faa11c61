/*
 * daemon-fetch.c - the daemon does not connect to where only it can.
 *
 * It runs as root in the host's own network: a URL that it is told to fetch may be of a service on
 * the loopback interface, of the next host behind the firewall, of the cloud's metadata. Registries
 * are another matter: one in a private network is how most are run, a pull from it is judged by
 * trusted-images and insecure-registries, and so is a look into it, which reaches no further than
 * the pull. Nobody runs one on a link's own addresses, where clouds keep credentials.
 */
#include "base/url.h"
#include "kit/address.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
	struct slice others;
};

static const char *host_word(struct slice word)
{
	return slice_find(word, '/') ? "a host, or HOST:PORT; globs such as \"*.example.com\""
				     : NULL;
}

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, host_word,
		    "hosts that the daemon may fetch from, wherever they are: globs over HOST or "
		    "HOST:PORT in lower case, such as \"files.example.com\" or \"10.1.2.3:8080\"",
		    .pattern = "^[^/]*$"),
	PARAM_WORD(struct config, others, choice_word,
		   "what becomes of URLs of hosts that are neither listed nor private: deny or "
		   "allow",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .others = SLICE_INIT("allow") };

static bool is_listed(const struct config *c, struct slice host, struct slice at_port)
{
	return words_match(&c->allow, at_port) || words_match(&c->allow, host);
}

static int object(const struct place *at, struct slice value, struct slice host,
		  enum host_reach reach, struct verdict *v)
{
	switch (reach) {
	case HOST_ELSEWHERE:
		verdict_object(v, at, value,
			       "has the daemon fetch from %.*s, which the policy does not list. "
			       "Fetch it yourself.",
			       SLICE_ARG(host));
		return verdict_opens(v, allow);
	case HOST_PRIVATE:
		verdict_object(v, at, value,
			       "has the daemon fetch from %.*s, in its own host or network. Fetch "
			       "it yourself.",
			       SLICE_ARG(host));
		return verdict_opens(v, allow);
	case HOST_LINK:
		verdict_object(
			v, at, value,
			"has the daemon connect to %.*s, an address of its own link, such as "
			"a cloud's metadata, or a number that hides one. Name the host.",
			SLICE_ARG(host));
		return verdict_opens(v, allow);
	case HOST_UNREADABLE:
		break;
	}
	return verdict_object(v, at, value,
			      "names no host that could be read. Write it as https://HOST/PATH, in "
			      "ASCII.");
}

static int check_fetch(const struct fetch *fetch, const struct config *c, struct verdict *v)
{
	enum host_reach reach = address_host_reach(fetch->host);

	if (is_listed(c, fetch->host, fetch->at_port) ||
	    (reach == HOST_ELSEWHERE && !choice_denies(c->others)) ||
	    (fetch->kind == FETCH_REGISTRY && (reach == HOST_ELSEWHERE || reach == HOST_PRIVATE)))
		return 0;
	return object(fetch->at, fetch->at_port, fetch->host, reach, v);
}

/* `registry` is HOST[:PORT], of an image or a plugin. */
static int check_registry(struct slice registry, struct slice given, const struct place *at,
			  const struct config *c, struct verdict *v)
{
	struct url url;

	url_read(registry, &url);
	if (url.host.len == 0 || address_host_reach(url.host) != HOST_LINK ||
	    is_listed(c, url.host, registry))
		return 0;
	return object(at, given, url.host, HOST_LINK, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *remote = &in->plugin.remote;
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->fetches.count; i++)
		r = check_fetch(&in->fetches.items[i], config, v);
	for (size_t i = 0; r == 0 && i < in->images.count; i++) {
		const struct image *image = &in->images.items[i];

		if (image->use != IMAGE_NAME)
			r = check_registry(image->registry, image->given, image->at, config, v);
	}
	return r ? r : check_registry(in->plugin.registry, remote->value, remote->at, config, v);
}

const struct rule rule_daemon_fetch = {
	.id = "daemon-fetch",
	.title = "The daemon connects to nothing that only it can reach",
	.why = "The daemon runs as root in the host's own network. Whoever has it fetch a URL reaches "
	       "services on the loopback interface, other hosts behind the firewall and the cloud's "
	       "metadata, none of which a container could.",
	.fields =
		"fromSrc of imports, remote of builds and of plugins, term of searches; the registry "
		"of every image",
	.broken_by =
		"docker import http://localhost:8080/x.tar, docker build http://10.0.0.5/context.tar",
	.comply =
		"Fetch it yourself and hand it over: docker import FILE, docker build from a folder; "
		"or list the host under this rule's `allow`.",
	.example_value = "files.example.com",
	.subjects = SUBJECT_FETCH | SUBJECT_IMAGE | SUBJECT_PLUGIN,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
