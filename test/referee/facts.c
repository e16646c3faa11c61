#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "policy/intent.h"

enum { MOST_FACTS = 4096 };

struct facts {
	struct arena *arena;
	struct slice *items;
	size_t count;
	bool failed;
};

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       slice_find(SLICE("-._/:"), c);
}

static void escape(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (is_plain(s.ptr[i]))
			buf_char(b, s.ptr[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char) s.ptr[i]);
	}
}

/* `values` ends with a NULL ptr. */
static void add(struct facts *f, const char *name, const struct slice *values)
{
	struct buf b = BUF(f->arena);

	buf_printf(&b, "%s=", name);
	for (size_t i = 0; values[i].ptr; i++) {
		if (i > 0)
			buf_char(&b, ',');
		escape(&b, values[i]);
	}
	if (f->count == MOST_FACTS || buf_done(&b, &f->items[f->count]) != 0)
		f->failed = true;
	else
		f->count++;
}

/* An empty slice may have no ptr. */
static struct slice solid(struct slice s)
{
	return s.ptr ? s : SLICE("");
}

#define ADD(f, name, ...) add(f, name, (const struct slice[]){ __VA_ARGS__, { NULL, 0 } })

static struct slice decimal(struct facts *f, int64_t value)
{
	struct slice text = SLICE("");

	if (arena_printf(f->arena, &text, "%jd", (intmax_t) value) != 0)
		f->failed = true;
	return text;
}

static const char *indexed(struct facts *f, const char *name, size_t i)
{
	struct slice text = SLICE("");

	if (arena_printf(f->arena, &text, "%s[%zu]", name, i) != 0)
		f->failed = true;
	return text.ptr;
}

static void add_text(struct facts *f, const char *name, struct slice value)
{
	if (value.len > 0)
		ADD(f, name, value);
}

static void add_flag(struct facts *f, const char *name, bool value)
{
	if (value)
		ADD(f, name, SLICE("true"));
}

static void add_number(struct facts *f, const char *name, int64_t value)
{
	if (value != 0)
		ADD(f, name, decimal(f, value));
}

static void add_list(struct facts *f, const char *name, const struct field_texts *list)
{
	for (size_t i = 0; i < list->count; i++)
		ADD(f, indexed(f, name, i), solid(list->items[i].value));
}

/* An empty list is a fact too. */
static void add_override(struct facts *f, const char *name, const struct field_texts *list)
{
	if (list->state == FIELD_SET)
		ADD(f, name, decimal(f, (int64_t) list->count));
	add_list(f, name, list);
}

static void add_pairs(struct facts *f, const char *name, const struct field_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++)
		ADD(f, name, solid(pairs->items[i].key), solid(pairs->items[i].value));
}

static bool is_of_an_option(const struct intent *in, const struct mount *m)
{
	for (size_t i = 0; i < in->volumes.count; i++) {
		const struct field_pairs *options = &in->volumes.items[i].options;

		for (size_t k = 0; k < options->count; k++) {
			if (m->at && options->items[k].at == m->at)
				return true;
		}
	}
	return false;
}

static void add_mounts(struct facts *f, const struct intent *in)
{
	static const char *const kinds[] = {
		[MOUNT_HOST_PATH] = "path",
		[MOUNT_VOLUME] = "volume",
		[MOUNT_OTHER] = "other",
	};
	size_t count = 0;

	for (size_t i = 0; i < in->mounts.count; i++) {
		const struct mount *m = &in->mounts.items[i];

		if (!is_of_an_option(in, m))
			ADD(f, indexed(f, "mounts", count++), slice_str(kinds[m->kind]),
			    solid(m->source), m->read_only ? SLICE("true") : SLICE("false"),
			    solid(m->propagation));
	}
}

static void add_volumes(struct facts *f, const struct intent *in)
{
	for (size_t i = 0; i < in->volumes.count; i++) {
		const struct volume *v = &in->volumes.items[i];
		char driver[64], options[64];

		snprintf(driver, sizeof(driver), "volumes[%zu].driver", i);
		snprintf(options, sizeof(options), "volumes[%zu].options", i);
		add_text(f, driver, v->driver.value);
		add_pairs(f, options, &v->options);
	}
}

static void add_devices(struct facts *f, const struct container *c)
{
	for (size_t i = 0; i < c->devices.count; i++) {
		const struct device *d = &c->devices.items[i];

		ADD(f, indexed(f, "devices", i), solid(d->path), solid(d->permissions));
	}
	for (size_t i = 0; i < c->device_requests.count; i++)
		ADD(f, indexed(f, "device_requests", i), solid(c->device_requests.items[i].driver));
	for (size_t i = 0; i < c->ulimits.count; i++) {
		const struct ulimit *u = &c->ulimits.items[i];

		ADD(f, indexed(f, "ulimits", i), solid(u->name), decimal(f, u->soft),
		    decimal(f, u->hard));
	}
}

static void add_networks(struct facts *f, const struct container *c)
{
	for (size_t i = 0; i < c->exposed_ports.count; i++)
		ADD(f, "exposed_port", solid(c->exposed_ports.items[i].value));
	for (size_t i = 0; i < c->networks.count; i++)
		ADD(f, "network", solid(c->networks.items[i].value));
	for (size_t i = 0; i < c->ports.count; i++) {
		const struct published_port *p = &c->ports.items[i];

		ADD(f, "port", solid(p->container_port), solid(p->host_ip), solid(p->host_port));
	}
	if (!slice_eq(c->network_mode.value, SLICE("default")))
		add_text(f, "network_mode", c->network_mode.value);
}

static void add_numbers(struct facts *f, const struct container *c)
{
	add_number(f, "memory", c->memory.value);
	add_number(f, "memory_swap", c->memory_swap.value);
	add_number(f, "cpu_shares", c->cpu_shares.value);
	add_number(f, "nano_cpus", c->nano_cpus.value);
	add_number(f, "cpu_quota", c->cpu_quota.value);
	add_number(f, "cpu_period", c->cpu_period.value);
	add_number(f, "restart_retries", c->restart_retries.value);
	add_flag(f, "privileged", c->privileged.value);
	add_flag(f, "publish_all_ports", c->publish_all_ports.value);
	add_flag(f, "read_only_rootfs", c->read_only_rootfs.value);
	add_flag(f, "oom_kill_disable", c->oom_kill_disable.value);
}

static void add_texts(struct facts *f, const struct container *c)
{
	add_text(f, "image", c->image.value);
	add_text(f, "user", c->user.value);
	add_text(f, "working_dir", c->working_dir.value);
	add_text(f, "pid_mode", c->pid_mode.value);
	add_text(f, "ipc_mode", c->ipc_mode.value);
	add_text(f, "uts_mode", c->uts_mode.value);
	add_text(f, "userns_mode", c->userns_mode.value);
	add_text(f, "cgroupns_mode", c->cgroupns_mode.value);
	add_text(f, "cgroup", c->cgroup.value);
	add_text(f, "cgroup_parent", c->cgroup_parent.value);
	add_text(f, "runtime", c->runtime.value);
	add_text(f, "volume_driver", c->volume_driver.value);
	add_text(f, "log_driver", c->log_driver.value);
	add_text(f, "restart_policy", c->restart_policy.value);
}

static void add_lists(struct facts *f, const struct container *c)
{
	add_list(f, "command", &c->command);
	add_list(f, "entrypoint", &c->entrypoint);
	add_list(f, "health_test", &c->health_test);
	add_list(f, "cap_add", &c->cap_add);
	add_list(f, "cap_drop", &c->cap_drop);
	add_override(f, "masked_paths", &c->masked_paths);
	add_override(f, "readonly_paths", &c->readonly_paths);
	add_list(f, "group_add", &c->group_add);
	add_list(f, "device_cgroup_rules", &c->device_cgroup_rules);
	add_list(f, "volumes_from", &c->volumes_from);
	add_pairs(f, "sysctls", &c->sysctls);
	add_pairs(f, "storage_opt", &c->storage_opt);
}

/* Of the other options that a service has been given words for, 20.10 knows nothing. */
static void add_labels(struct facts *f, const struct field_texts *options)
{
	for (size_t i = 0; i < options->count; i++) {
		if (slice_starts(options->items[i].value, SLICE("label=")))
			ADD(f, "label", options->items[i].value);
	}
}

static void add_what_differs(struct facts *f, const struct intent *in)
{
	const struct container *c = &in->container;
	bool service = in->op == OP_SERVICE_CREATE || in->op == OP_SERVICE_UPDATE;

	if (service) {
		add_text(f, "name", c->name.value);
		add_labels(f, &c->security_opt);
		add_flag(f, "plugin", in->subjects & SUBJECT_PLUGIN);
	} else {
		add_list(f, "security_opt", &c->security_opt);
		add_number(f, "oom_score_adj", c->oom_score_adj.value);
	}
	if (in->op == OP_CONTAINER_UPDATE && c->pids_limit.state == FIELD_SET)
		ADD(f, "pids_limit", decimal(f, c->pids_limit.value));
	else
		add_number(f, "pids_limit", c->pids_limit.value);
}

static void add_others(struct facts *f, const struct intent *in)
{
	add_flag(f, "exec_privileged", in->exec.privileged.value);
	add_text(f, "exec_user", in->exec.user.value);
	add_text(f, "exec_working_dir", in->exec.working_dir.value);
	add_list(f, "exec_command", &in->exec.command);
	add_text(f, "network_driver", in->network.driver.value);
	add_pairs(f, "network_options", &in->network.options);
	add_text(f, "plugin_remote", in->plugin.remote.value);
	for (size_t i = 0; i < in->plugin.privileges.count; i++)
		ADD(f, "plugin_privilege", solid(in->plugin.privileges.items[i].value));
}

static int by_bytes(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *) a, *(const struct slice *) b);
}

static int finish(struct facts *f, struct slice *ret)
{
	struct buf b = BUF(f->arena);

	qsort(f->items, f->count, sizeof(*f->items), by_bytes);
	buf_add(&b, SLICE("sees"));
	for (size_t i = 0; i < f->count; i++) {
		buf_char(&b, ' ');
		buf_add(&b, f->items[i]);
	}
	return f->failed ? -ENOMEM : buf_done(&b, ret);
}

int facts_of_body(const struct intent *in, struct arena *a, struct slice *ret)
{
	struct facts f = { a, arena_alloc(a, MOST_FACTS, sizeof(struct slice)), 0, false };

	if (!f.items)
		return -ENOMEM;
	add_texts(&f, &in->container);
	add_numbers(&f, &in->container);
	add_lists(&f, &in->container);
	add_devices(&f, &in->container);
	add_networks(&f, &in->container);
	add_mounts(&f, in);
	add_volumes(&f, in);
	add_what_differs(&f, in);
	add_others(&f, in);
	return finish(&f, ret);
}

static void add_parameters(struct facts *f, const struct uri *uri)
{
	/* As go/targets.go lists them. */
	static const char *const names[] = {
		"cgroupparent", "changes", "checkpoint-dir", "dir",     "extrahosts",
		"fromImage",    "name",    "networkmode",    "nocache", "pull",
		"remote",       "repo",    "securityopt",    "t",       "tag",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		size_t count = 0;

		for (size_t k = 0; k < uri->count; k++) {
			char name[64];

			if (!slice_eq(uri->params[k].name, slice_str(names[i])))
				continue;
			snprintf(name, sizeof(name), "?%s[%zu]", names[i], count++);
			ADD(f, name, solid(uri->params[k].value));
		}
	}
}

int facts_of_target(const struct route *route, struct slice object, const struct uri *uri,
		    struct arena *a, struct slice *ret)
{
	struct facts f = { a, arena_alloc(a, MOST_FACTS, sizeof(struct slice)), 0, false };

	if (!f.items)
		return -ENOMEM;
	ADD(&f, "route", slice_str(route->method), slice_str(route->pattern));
	add_text(&f, "object", object);
	if (uri->api.given)
		ADD(&f, "version", decimal(&f, uri->api.major), decimal(&f, uri->api.minor));
	add_parameters(&f, uri);
	return finish(&f, ret);
}
