/*
 * ssh-server.c - a container is entered by docker exec, not by an SSH server of its own.
 *
 * A server may be started by a shell, env, nohup or a small init, so any word of the command line
 * counts, wherever it stands. A script that starts one, and what the image starts by itself, cannot
 * be seen from here.
 */
#include "kit/port.h"
#include "policy/command.h"
#include "policy/rule.h"

struct config {
	struct words commands, ports;
};

static const char *command_word(struct slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == '/' || word.ptr[i] == ' ')
			return "the name of a program without its directory, such as sshd";
	}
	return NULL;
}

static const struct param params[] = {
	PARAM_WORDS(struct config, commands, command_word,
		    "programs that are SSH servers, without their directories",
		    .pattern = "^[^/ ]*$"),
	PARAM_WORDS(struct config, ports, port_word,
		    "container ports that only an SSH server would use, such as 22 or 2222/tcp",
		    .pattern = PORT_PATTERN),
	{ 0 },
};

static const struct slice servers[] = { { "sshd", 4 }, { "dropbear", 8 } };
static const struct slice ssh_port[] = { { "22", 2 } };
static const struct config defaults = { .commands = { servers, 2 }, .ports = { ssh_port, 1 } };

/* Takes the next word off `text`; a slash ends one, so that of a path the last name is a word. */
static bool next_word(struct slice *text, struct slice *ret)
{
	while (text->len > 0 && command_first_word(*text).len == 0)
		*text = slice_from(*text, 1);
	*ret = command_first_word(*text);
	*text = slice_from(*text, ret->len);
	return ret->len > 0;
}

/* "sshd" is started by "/usr/sbin/sshd" and "sshd -D", not by "ls /etc/sshd/keys". */
static bool starts_server(struct slice text, const struct words *commands, struct slice *ret)
{
	struct slice word;

	while (next_word(&text, &word)) {
		if (slice_starts(text, SLICE("/")))
			continue;
		for (size_t i = 0; i < commands->count; i++) {
			if (slice_eq(word, commands->items[i])) {
				*ret = word;
				return true;
			}
		}
	}
	return false;
}

static int check_command(const struct field_texts *command, const struct config *c,
			 struct verdict *v)
{
	for (size_t i = 0; i < command->count; i++) {
		struct slice server;

		if (!starts_server(command->items[i].value, &c->commands, &server))
			continue;
		/* One objection for the whole command: its other words are arguments. */
		verdict_object(v, command->items[i].at, server,
			       "starts the SSH server %.*s. Leave it out; enter the "
			       "container with docker exec -it CONTAINER sh.",
			       SLICE_ARG(server));
		return verdict_drop(v, "the command %.*s", SLICE_ARG(server));
	}
	return 0;
}

static int check_port(struct slice port, const struct place *at, const struct config *c,
		      struct verdict *v)
{
	struct port_range range;

	if (!port_range_read(port, &range) || !port_range_meets(range, &c->ports))
		return 0;
	verdict_object(v, at, port,
		       "opens %.*s, the port of an SSH server. Remove its --publish or "
		       "--expose; enter the container with docker exec -it CONTAINER sh.",
		       SLICE_ARG(port));
	return verdict_drop(v, "--publish or --expose of %.*s", SLICE_ARG(port));
}

static int check_ports(const struct container *container, const struct config *c, struct verdict *v)
{
	const struct field_texts *exposed = &container->exposed_ports;
	const struct published_ports *published = &container->ports;
	int r = 0;

	for (size_t i = 0; r == 0 && i < exposed->count; i++)
		r = check_port(exposed->items[i].value, exposed->items[i].at, c, v);
	for (size_t i = 0; r == 0 && i < published->count; i++)
		r = check_port(published->items[i].container_port, published->items[i].at, c, v);
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *const commands[] = {
		&in->container.entrypoint,
		&in->container.command,
		&in->container.health_test,
		&in->exec.command,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(commands) / sizeof(commands[0]); i++)
		r = check_command(commands[i], config, v);
	return r ? r : check_ports(&in->container, config, v);
}

static const char *amiss(const void *config)
{
	const struct config *c = config;

	if (c->commands.count == 0 && c->ports.count == 0)
		return "refuse nothing, as `commands` and `ports` are empty; list some, or switch the rule off";
	return NULL;
}

const struct rule rule_ssh_server = {
	.id = "ssh-server",
	.number = "5.6",
	.later = "5.7",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not run ssh within containers",
	.title = "Containers run no SSH server",
	.why = "An SSH server inside has keys, passwords and updates of its own that nobody "
	       "manages, and lets people in past the engine, its logs and this policy.",
	.fields =
		"Entrypoint, Cmd, Healthcheck.Test, ExposedPorts, HostConfig.PortBindings; Command, "
		"Args and EndpointSpec.Ports of services; Cmd of exec; changes of commit and "
		"import",
	.breaks = "docker run IMAGE /usr/sbin/sshd -D; docker exec CONTAINER sshd; docker run "
		  "--publish 2222:22",
	.comply = "Leave the server out; enter the container with docker exec -it CONTAINER sh.",
	.excuse = "sshd",
	.nist = "4.1.2",
	.subjects = SUBJECT_CONTAINER | SUBJECT_EXEC | SUBJECT_IMAGE_CONFIG,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.amiss = amiss,
	.check = check,
};
