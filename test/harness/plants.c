#include "plants.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What is around a field, so that rules look at it: for calls whose target holds the word. */
const struct plants_around plants_around[] = {
	{ "", "{}" },
	{ "containers/create",
	  "{\"HostConfig\":{\"Privileged\":true,\"LogConfig\":{\"Type\":\"syslog\"},\"Mounts\":[{"
	  "\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/x\",\"VolumeOptions\":{"
	  "\"DriverConfig\":{\"Name\":\"sshfs\",\"Options\":{\"a\":\"b\"}}}}]}}" },
	{ "containers/create",
	  "{\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/sda\"}],\"Mounts\":[{\"Type\":"
	  "\"bind\",\"Source\":\"/etc\",\"Target\":\"/x\"}]}}" },
	{ "services",
	  "{\"TaskTemplate\":{\"ContainerSpec\":{\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"v\","
	  "\"Target\":\"/x\",\"VolumeOptions\":{\"DriverConfig\":{\"Name\":\"local\",\"Options\":{"
	  "\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}}}}]}}}" },
	{ "services",
	  "{\"TaskTemplate\":{\"ContainerSpec\":{\"Privileges\":{\"AppArmor\":{\"Mode\":\"x\"},"
	  "\"Seccomp\":{\"Mode\":\"custom\"}}}}}" },
	{ "volumes", "{\"Driver\":\"sshfs\"}" },
	{ "volumes", "{\"Driver\":\"local\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\"}}" },
	{ "networks", "{\"Driver\":\"macvlan\"}" },
	{ NULL, NULL },
};

const struct plants_shape plants_shapes[] = {
	{ SPOT_VALUE, "\"" SECRET "\"" },
	{ SPOT_VALUE, "\"a=" SECRET "\"" },
	{ SPOT_VALUE, "\"a " SECRET "\"" },
	{ SPOT_VALUE, "[\"" SECRET "\"]" },
	{ SPOT_VALUE, "[\"" SECRET "=a\"]" },
	{ SPOT_VALUE, "[\"CMD\",\"" SECRET "\"]" },
	{ SPOT_VALUE, "[\"CMD-SHELL\",\"sshd -p" SECRET "\"]" },
	{ SPOT_VALUE, "[\"/usr/sbin/sshd\",\"" SECRET "\"]" },
	{ SPOT_VALUE, "\"sshd " SECRET "\"" },
	{ SPOT_VALUE, "\"container:" SECRET "\"" },
	{ SPOT_VALUE, "[\"label=type:" SECRET "\"]" },
	{ SPOT_VALUE, "[\"apparmor=" SECRET "\"]" },
	{ SPOT_VALUE, "[\"seccomp=" SECRET "\"]" },
	{ SPOT_VALUE, "[\"systempaths=" SECRET "\"]" },
	{ SPOT_VALUE, "[[\"" SECRET "\"]]" },
	{ SPOT_VALUE, "{\"a\":\"" SECRET "\"}" },
	{ SPOT_VALUE, "{\"a\":[\"" SECRET "\"]}" },
	{ SPOT_VALUE, "[{\"a\":\"" SECRET "\"}]" },
	{ SPOT_VALUE, "{\"type\":\"cifs\",\"device\":\"//h/s\",\"o\":\"password=" SECRET "\"}" },
	{ SPOT_VALUE, "{\"type\":\"cifs\",\"device\":\"//h/s\",\"o\":\"pass=a," SECRET "\"}" },
	{ SPOT_VALUE, "{\"o\":\"bind,x=" SECRET "\",\"password\":\"" SECRET "\"}" },
	{ SPOT_VALUE, "{\"o\":\"" SECRET ",ro\",\"x\":\"a," SECRET "\"}" },
	{ SPOT_PATH, "{\"password\":\"/etc/" SECRET "\"}" },
	{ SPOT_VALUE, "{\"sshcmd\":\"" SECRET "@h:/etc\",\"token\":\"" SECRET "\"}" },
	{ SPOT_OPTION, "{\"com.docker.network.bridge.enable_icc\":\"" SECRET "\"}" },
	{ SPOT_OPTION, "{\"device\":\"" SECRET "\"}" },
	{ SPOT_OPTION, "{\"size\":\"" SECRET "\"}" },
	{ SPOT_PATH, "\"/etc/" SECRET "\"" },
	{ SPOT_PATH, "\"/etc/" SECRET ":/x\"" },
	{ SPOT_PATH, "[\"/etc/" SECRET ":/x\"]" },
	{ SPOT_PATH, "{\"a\":\"/etc/" SECRET "\"}" },
	{ SPOT_PATH, "{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc/" SECRET "\"}" },
	{ SPOT_URL, "\"https://u:" SECRET "@h/x?" SECRET "\"" },
	{ SPOT_URL, "[\"https://u:" SECRET "@h/x?" SECRET "\"]" },
	{ SPOT_URL, "{\"a\":\"https://u:" SECRET "@h/x?" SECRET "\"}" },
	{ SPOT_URL, "{\"device\":\"https://u:" SECRET "@h/x?" SECRET "\"}" },
	{ SPOT_KEY, "{\"" SECRET "\":\"a\"}" },
	{ SPOT_KEY, "{\"" SECRET "\":{}}" },
	{ SPOT_KEY, "{\"" SECRET "\":[{}]}" },
	{ SPOT_KEY, "[{\"" SECRET "\":\"a\"}]" },
	{ SPOT_VALUE, NULL },
};

/* The element at `part` of a path such as "Mounts[]", "*[]" or "Image"; made when it is not there.
 */
static json_t *step(json_t *at, const char *part, size_t len, json_t *last)
{
	bool list = len >= 2 && part[len - 1] == ']';
	char name[64];
	json_t *next;

	len -= list ? 2 : 0;
	snprintf(name, sizeof(name), "%.*s", (int) len, part);
	if (strcmp(name, "*") == 0)
		snprintf(name, sizeof(name), "80/tcp");
	if (len > 0 && !list && last) {
		json_object_set(at, name, last);
		return last;
	}
	next = len > 0 ? json_object_get(at, name) : at;
	if (!next) {
		next = list ? json_array() : json_object();
		json_object_set_new(at, name, next);
	}
	if (!list)
		return next;
	if (json_array_size(next) == 0)
		json_array_append_new(next, last ? json_incref(last) : json_object());
	return json_array_get(next, 0);
}

json_t *plants_body(const char *around_it, const char *field, json_t *value)
{
	bool list = strncmp(field, "[]", 2) == 0;
	json_t *root = list ? json_array() : json_loads(around_it, 0, NULL), *at = root;

	while (*field) {
		size_t len = strcspn(field, ".");
		bool last = field[len] == 0;

		at = step(at, field, len, last ? value : NULL);
		field += len + !last;
	}
	return root;
}

/* "/containers/{id}/exec" with a name in it. */
void plants_call(const char *call, char *method, size_t method_size, char *ret, size_t size)
{
	const char *path = strchr(call, ' ') ? strchr(call, ' ') + 1 : call;
	const char *brace = strchr(path, '{'), *end = brace ? strchr(brace, '}') : NULL;

	snprintf(method, method_size, "%.*s", (int) strcspn(call, " "), call);
	if (end)
		snprintf(ret, size, "/v1.41%.*sa%s", (int) (brace - path), path, end + 1);
	else
		snprintf(ret, size, "/v1.41%s", path);
}
