#include "recorded-secrets.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "docker/object/host-config.h"
#include "docker/object/plugin-body.h"
#include "docker/types.h"
#include "json/base64.h"
#include "json/gojson.h"

/* What a table is asked with, or a body and a target as they stand. */
struct planted {
	const char *method, *target;
	const struct gojson_type *type;
	bool list;
	const char *body;
};

static const struct planted planted[] = {
	{ "POST", "/containers/create", &container_create_type, false, NULL },
	{ "POST", "/containers/c/update", &container_update_type, false, NULL },
	{ "POST", "/v1.22/containers/c/start", &container_create_type, false, NULL },
	{ "POST", "/containers/c/exec", &exec_create_type, false, NULL },
	{ "POST", "/exec/e/start", &exec_start_type, false, NULL },
	{ "POST", "/containers/c/checkpoints", &checkpoint_create_type, false, NULL },
	{ "POST", "/commit", &container_config_type, false, NULL },
	{ "POST", "/volumes/create", &volume_create_type, false, NULL },
	{ "PUT", "/volumes/v", &volume_update_type, false, NULL },
	{ "POST", "/services/create", &service_spec_type, false, NULL },
	{ "POST", "/networks/create", &network_create_type, false, NULL },
	{ "POST", "/networks/n/connect", &network_connect_type, false, NULL },
	{ "POST", "/swarm/init", &swarm_control_type, false, NULL },
	{ "POST", "/swarm/leave", &swarm_control_type, false, NULL },
	{ "POST", "/nodes/n/update", &swarm_control_type, false, NULL },
	{ "POST", "/secrets/create", &swarm_payload_type, false, NULL },
	{ "POST", "/configs/create", &swarm_payload_type, false, NULL },
	{ "POST", "/plugins/pull?remote=p", &plugin_privilege_type, true, NULL },
	{ "POST", "/plugins/p/set", NULL, false, "[\"PASSWORD=" SECRET "\"]" },
	{ "POST", "/auth", NULL, false, "{\"username\":\"u\",\"password\":\"" SECRET "\"}" },
	{ "POST", "/containers/c/stop", NULL, false, SECRET },
	{ "POST", "/containers/create", NULL, false, "{\"Env\":[\"" SECRET "\"],\"" SECRET },
	{ "POST", "/containers/create", NULL, false, "{\"Env\":{\"" SECRET "\":1}}" },
	{ "POST", "/containers/create", NULL, false, "{\"Cmd\":\"mysql -p" SECRET "\"}" },
	{ "POST", "/containers/create", NULL, false,
	  "{\"Cmd\":[\"" SECRET "=x\",\"\\u0047eheimnis\"]}" },
	{ "POST", "/containers/create", NULL, false,
	  "{\"HostConfig\":\"" SECRET "\",\"Cmd\":{\"" SECRET "\":1}}" },
	{ "POST", "/containers/create", NULL, false,
	  "{\"Dns\":[\"" SECRET "\"],\"Tty\":\"" SECRET "\"}" },
	{ "POST", "/volumes/create", NULL, false,
	  "{\"DriverOpts\":{\"type\":\"cifs\",\"o\":\"addr=s,username=" SECRET ",password=a," SECRET
	  ",vers=3\","
	  "\"device\":\"//s/share\",\"secret\":\"" SECRET "\",\"url\":\"https://u:" SECRET
	  "@h/?" SECRET "\"}}" },
	{ "POST",
	  "/build?t=a&buildargs=%7B%22A%22%3A%22" SECRET "%22%7D&labels=" SECRET
	  "&remote=https%3A%2F%2Fu%3A" SECRET "%40h%2Fc.git",
	  NULL, false, "" },
	{ "POST", "/build?remote=https://u:p@h/c.tar%3Ftoken=" SECRET, NULL, false, "" },
	{ "POST",
	  "/build?version=2&outputs=%5B%7B%22Type%22:%22s3%22,%22Attrs%22:%7B%22any%22:%22" SECRET
	  "%22,%22name%22:%22a%22%7D,%22x%22:%22" SECRET "%22%7D%5D",
	  NULL, false, "" },
	{ "POST",
	  "/build?version=2&cachefrom=%5B%22type=s3,any=" SECRET ",ref=a,b%22%5D&cacheto=" SECRET,
	  NULL, false, "" },
	{ "POST", "/build?outputs=" SECRET "&cachefrom=%5B%22" SECRET, NULL, false, "" },
	{ "POST",
	  "/commit?repo=r&changes=ENV%20A%3D" SECRET "&changes=CMD%20mysql%20-p" SECRET
	  "%0ALABEL%20" SECRET "&comment=" SECRET,
	  NULL, false, "null" },
	{ "POST",
	  "/commit?changes=HEALTHCHECK%20--interval%3D" SECRET "%20CMD%20" SECRET "%0A" SECRET,
	  NULL, false, "" },
	{ "POST", "/images/create?fromSrc=http://u:" SECRET "@h/i.tar&repo=r", NULL, false, "" },
	{ "GET", "http://u:" SECRET "@h/v1.41/containers/json?filters=" SECRET, NULL, false, "" },
	{ "GET", "/containers/json?filters=" SECRET "&filters=" SECRET, NULL, false, "" },
	{ "GET", "/containers/json?filters=" SECRET ";a", NULL, false, "" },
	{ "GET", "/containers/json?filters=" SECRET "%zz", NULL, false, "" },
	{ "POST", "/containers/c/exec", NULL, false, "{\"Cmd\":[\"sh\",\"-c\",\"" SECRET "\"]}" },
	{ "POST", "/containers/create", NULL, false,
	  "{\"Entrypoint\":[\"" SECRET "\"],\"Healthcheck\":{\"Test\":[\"CMD\",\"" SECRET "\"]}}" },
	{ "POST", "/containers/create", NULL, false,
	  "{\"HostConfig\":{\"Annotations\":{\"a\":\"" SECRET "\"},\"Mounts\":[{\"VolumeOptions\":"
	  "{\"DriverConfig\":{\"Options\":{\"password\":\"" SECRET "\"}}}}]}}" },
	{ "POST", "/services/create", NULL, false,
	  "{\"TaskTemplate\":{\"ContainerSpec\":{\"Args\":[\"" SECRET "\"],\"Command\":[\"" SECRET
	  "\"]}}}" },
	{ "POST", "/networks/create", NULL, false,
	  "{\"Options\":{\"auth-token\":\"" SECRET "\"}}" },
	{ "GET", "/containers/json#" SECRET, NULL, false, "" },
};

static void fill(const struct gojson_type *type, unsigned depth, struct buf *b);

static void fill_field(const struct gojson_field *f, unsigned depth, struct buf *b)
{
	switch (f->kind) {
	case GO_IGNORED:
		buf_add(b, SLICE("{\"a\":[\"" SECRET "\"],\"" SECRET "\":\"" SECRET "\"}"));
		break;
	case GO_BOOL:
		buf_add(b, SLICE("true"));
		break;
	case GO_INT:
		buf_add(b, SLICE("7"));
		break;
	case GO_STRING:
		buf_add(b, SLICE("\"kept\""));
		break;
	case GO_STRINGS:
	case GO_OVERRIDE:
	case GO_WORDS:
		buf_add(b, f->hides ? SLICE("[\"" SECRET "\" , \"-p" SECRET "\",\n\"sshd\"]")
				    : SLICE("[\"kept\"]"));
		break;
	case GO_STRING_LISTS:
		buf_add(b, SLICE("[[\"kept\"],[]]"));
		break;
	case GO_STRING_MAP:
		buf_add(b,
			f->hides ? SLICE("{\"password\":\"" SECRET "\",\"o\":\"pass=" SECRET "\"}")
				 : SLICE("{\"a\":\"kept\"}"));
		break;
	case GO_STRUCT:
		fill(f->type, depth + 1, b);
		break;
	case GO_STRUCTS:
		buf_char(b, '[');
		fill(f->type, depth + 1, b);
		buf_char(b, ']');
		break;
	case GO_STRUCT_MAP:
		buf_add(b, SLICE("{\"a\":"));
		fill(f->type, depth + 1, b);
		buf_char(b, '}');
		break;
	case GO_STRUCTS_MAP:
		buf_add(b, SLICE("{\"a\":["));
		fill(f->type, depth + 1, b);
		buf_add(b, SLICE("]}"));
		break;
	}
}

/* Every field of the type and of those it embeds, and one that is unknown. */
static void fill(const struct gojson_type *type, unsigned depth, struct buf *b)
{
	buf_add(b, SLICE("{ \"Unknown\" : \"" SECRET "\""));
	for (const struct gojson_type *t = type; t; t = t->embedded) {
		for (size_t i = 0; i < t->count; i++) {
			buf_printf(b, ", \"%s\": ", t->fields[i].name);
			fill_field(&t->fields[i], depth, b);
		}
	}
	buf_char(b, '}');
}

static int make_body(const struct planted *p, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	if (!p->type) {
		*ret = slice_str(p->body);
		return 0;
	}
	buf_add(&b, p->list ? SLICE("[") : SLICE(""));
	fill(p->type, 0, &b);
	buf_add(&b, p->list ? SLICE("]") : SLICE(""));
	return buf_done(&b, ret);
}

size_t recorded_secrets_count(void)
{
	return COUNT_OF(planted);
}

int recorded_secrets_make(size_t i, struct arena *a, struct slice *ret)
{
	const struct planted *p = &planted[i];
	struct slice body, text;
	struct buf b = BUF(a);
	int error = make_body(p, a, &body);

	if (!error)
		error = base64_write(a, body, &text);
	if (error)
		return error;
	buf_add(&b, SLICE("{\"RequestMethod\":"));
	buf_json(&b, slice_str(p->method));
	buf_add(&b, SLICE(",\"RequestUri\":"));
	buf_json(&b, slice_str(p->target));
	buf_printf(&b,
		   ",\"RequestHeaders\":{\"Content-Length\":\"%zu\",\"Authorization\":\"" SECRET
		   "\"",
		   body.len);
	buf_add(&b, SLICE(",\"X-Registry-Auth\":\"" SECRET
			  "\",\"Content-Type\":\"application/json; " SECRET
			  "=1\"},\"RequestPeerCertificates\":[\"" SECRET "\"],\"RequestBody\":\""));
	buf_add(&b, text);
	buf_add(&b, SLICE("\"}"));
	return buf_done(&b, ret);
}
