/*
 * ssh-server.c - a container is entered by docker exec, not by an SSH server of its own.
 *
 * A server may be started by a shell, env, nohup or a small init, so words behind these count as
 * the program, too, and so does telling a manager of services to start it. The word in any other
 * place is an argument: grep sshd starts nothing. What the image starts by itself is looked up; a
 * script that starts one cannot be seen from here.
 */
#include "base/array.h"
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

static const struct slice servers[] = { SLICE_INIT("sshd"), SLICE_INIT("dropbear") };
static const struct slice ssh_port[] = { SLICE_INIT("22") };
static const struct config defaults = { .commands = { servers, 2 }, .ports = { ssh_port, 1 } };

/* How far a command line has been understood. */
struct line {
	const struct words *commands;
	bool program;   /* the next word may be the program that is started */
	unsigned spare; /* so many words may come before it */
	bool manager;   /* the words tell a manager of services what to do */
	bool names, starts;
	struct slice server;
};

static struct slice beginning(struct slice s, size_t len)
{
	return (struct slice){ s.ptr, len };
}

static bool is_server(const struct line *l, struct slice name)
{
	for (size_t i = 0; i < l->commands->count; i++) {
		if (slice_eq(name, l->commands->items[i]))
			return true;
	}
	return false;
}

/* Debian's package of sshd has a service `ssh`. */
static void read_for_manager(struct line *l, struct slice base)
{
	struct slice name = base, rest;

	if (command_starts(base))
		l->starts = true;
	if (slice_ends(base, SLICE(".service")))
		slice_cut(base, '.', &name, &rest);
	if (is_server(l, name) || (slice_eq(name, SLICE("ssh")) && is_server(l, SLICE("sshd")))) {
		l->names = true;
		l->server = base;
	}
}

static bool reads_as_option(struct slice word)
{
	return slice_starts(word, SLICE("-")) || (word.ptr[0] >= '0' && word.ptr[0] <= '9');
}

/* Behind an option there may be its argument; behind -c and -- there is the program. */
static void read_option(struct line *l, struct slice word)
{
	if (slice_starts(word, SLICE("-")) && !slice_ends(word, SLICE("c")) &&
	    !slice_eq(word, SLICE("--")))
		l->spare++;
}

static bool read_program(struct line *l, struct slice word)
{
	struct slice base = command_base(word);

	if (!slice_starts(word, SLICE("-")) && slice_find(word, '='))
		return false;
	if (is_server(l, base)) {
		l->server = base;
		return true;
	}
	if (reads_as_option(word)) {
		read_option(l, word);
	} else if (command_launches(base)) {
		l->spare = 0;
	} else if (command_launches_for(base)) {
		l->spare = 1;
	} else if (command_manages(base) ||
		   slice_eq(beginning(word, word.len - base.len), SLICE("/etc/init.d/"))) {
		l->manager = true;
		l->program = false;
		read_for_manager(l, base);
	} else if (l->spare > 0) {
		l->spare--;
	} else {
		l->program = false;
	}
	return false;
}

static bool read_word(struct line *l, struct slice word)
{
	if (l->program)
		return read_program(l, word);
	if (l->manager)
		read_for_manager(l, command_base(word));
	return l->manager && l->names && l->starts;
}

static void begin_command(struct line *l)
{
	l->program = true;
	l->spare = 0;
	l->manager = l->names = l->starts = false;
}

/* One argument, which is a word or, behind sh -c, a whole line. Quotes leave things as they are. */
static bool read_argument(struct line *l, struct slice text)
{
	/* CMD ["sshd", "-D"], as a change of commit has it, comes as one text. */
	if (slice_starts(text, SLICE("[")))
		text = slice_from(text, 1);
	while (text.len > 0) {
		struct slice word = command_first_word(text);

		if (command_begins_behind(text.ptr[0]))
			begin_command(l);
		if (word.len > 0 && read_word(l, word))
			return true;
		text = slice_from(text, word.len > 0 ? word.len : 1);
	}
	return false;
}

/* "sshd" is started by "/usr/sbin/sshd -D" and "service ssh start", not by "grep sshd". */
static const struct text *starts_server(const struct field_texts *command,
					const struct words *commands, struct slice *ret)
{
	struct line l = { .commands = commands, .program = true };

	for (size_t i = 0; i < command->count && (l.program || l.manager); i++) {
		if (read_argument(&l, command->items[i].value)) {
			*ret = l.server;
			return &command->items[i];
		}
	}
	return NULL;
}

static const char enter[] = "A container is entered with docker exec -it CONTAINER sh.";

/* Only what the caller typed can be left out. */
static int object_to_image(const struct text *found, struct slice server, struct verdict *v)
{
	verdict_object(v, found->at, server,
		       "starts the SSH server %.*s. Give a command of your own, or take an image "
		       "without one.",
		       SLICE_ARG(server));
	verdict_hint(v, enter);
	return verdict_opens(v, commands);
}

static int check_command(const struct field_texts *command, const struct config *c,
			 struct verdict *v)
{
	struct slice server;
	const struct text *found = starts_server(command, &c->commands, &server);

	if (!found)
		return 0;
	if (command->state == FIELD_SEEN)
		return object_to_image(found, server, v);
	verdict_object(v, found->at, server, "starts the SSH server %.*s.", SLICE_ARG(server));
	verdict_hint(v, enter);
	verdict_opens(v, commands);
	return verdict_drop(v, SETTING_COMMAND, server);
}

static bool is_ssh_port(const struct config *c, struct slice port)
{
	struct port_range range;

	return port_range_read(port, &range) && port_range_meets(range, &c->ports);
}

static int object_to_port(struct verdict *v, const struct place *at, struct slice port)
{
	verdict_object(v, at, port, "opens %.*s, the port of an SSH server.", SLICE_ARG(port));
	verdict_hint(v, enter);
	return verdict_opens(v, ports);
}

/* `opener` is what the caller leaves out to close them. */
static int check_exposed(const struct field_texts *ports, enum setting opener,
			 const struct config *c, struct verdict *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ports->count; i++) {
		const struct text *port = &ports->items[i];

		if (!is_ssh_port(c, port->value))
			continue;
		object_to_port(v, port->at, port->value);
		r = opener == SETTING_EXPOSE ? verdict_drop(v, opener, port_number(port->value))
					     : verdict_drop(v, opener, SLICE(""));
	}
	return r;
}

/* What an image exposes is only a word of its makers until -P opens it. */
static int check_ports(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct container *container = &in->container;
	const struct published_ports *published = &container->ports;
	int r = check_exposed(&container->exposed_ports, SETTING_EXPOSE, c, v);

	if (r == 0 && container->publish_all_ports.value)
		r = check_exposed(&in->image.ports, SETTING_PUBLISH_ALL, c, v);
	for (size_t i = 0; r == 0 && i < published->count; i++) {
		const struct published_port *port = &published->items[i];

		if (!is_ssh_port(c, port->container_port))
			continue;
		object_to_port(v, port->at, port->container_port);
		r = port_drop(port, v);
	}
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

	for (size_t i = 0; r == 0 && i < COUNT_OF(commands); i++)
		r = check_command(commands[i], config, v);
	return r ? r : check_ports(in, config, v);
}

/* Where neither entrypoint nor command of the image is left out, there is nothing to look up. */
static unsigned sights(const struct intent *in, const void *config)
{
	const struct container *c = &in->container;

	(void) config;
	if (!(in->subjects & SUBJECT_CONTAINER))
		return 0;
	return c->entrypoint.state == FIELD_DEFAULT || c->publish_all_ports.value ||
			       (c->entrypoint.count == 0 && c->command.count == 0)
		       ? SIGHT_IMAGE
		       : 0;
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->commands.count == 0 && c->ports.count == 0)
		return "refuse nothing, as `commands` and `ports` are empty; list some, or switch the rule off";
	return NULL;
}

const struct rule rule_ssh_server = {
	.id = "ssh-server",
	.number = "5.6",
	.number_1_6 = "5.7",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not run ssh within containers",
	.title = "Containers run no SSH server",
	.why = "An SSH server inside has keys, passwords and updates of its own that nobody "
	       "manages, and lets people in past the engine, its logs and this policy.",
	.fields =
		"Entrypoint, Cmd, and the image's where none is given; Healthcheck.Test, ExposedPorts, HostConfig.PortBindings; Command, "
		"Args and EndpointSpec.Ports of services; Cmd of exec; changes of commit and "
		"import",
	.broken_by = "docker run IMAGE /usr/sbin/sshd -D; docker exec CONTAINER sshd; docker run "
		     "--publish 2222:22",
	.comply = "Leave the server out; enter the container with docker exec -it CONTAINER sh.",
	.example_value = "sshd",
	.nist = "4.1.2",
	.subjects = SUBJECT_CONTAINER | SUBJECT_EXEC | SUBJECT_IMAGE_CONFIG,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.sights = sights,
	.check = check,
};
