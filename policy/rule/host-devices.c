/* host-devices.c - a container gets no device of the host that the policy does not list. */
#include "base/glob.h"
#include "base/path.h"
#include "kit/host-paths.h"
#include "policy/rule.h"

struct config {
	struct allowed_devices allow;
};

static const struct param params[] = {
	PARAM_DEVICES(
		struct config, allow,
		"devices that may be given: {path, permissions}; path is a glob, "
		"permissions some of r, w, m. Or a word that a request for devices names: a "
		"capability or driver, such as gpu, a CDI device, such as nvidia.com/gpu=all"),
	{ 0 },
};

static const struct config defaults = { 0 };

static bool permits(struct slice permitted, struct slice asked)
{
	/* Nothing asked for is the engine's default, which is all three. */
	struct slice wanted = asked.len > 0 ? asked : SLICE("rwm");

	for (size_t i = 0; i < wanted.len; i++) {
		if (!slice_find(permitted, wanted.ptr[i]))
			return false;
	}
	return true;
}

static bool lists(const struct config *c, struct slice path, struct slice permissions)
{
	for (size_t i = 0; i < c->allow.count; i++) {
		const struct allowed_device *a = &c->allow.items[i];

		if (glob_match(a->path, path) && permits(a->permissions, permissions))
			return true;
	}
	return false;
}

static bool allowed(const struct config *c, const struct device *d)
{
	return lists(c, d->path, d->permissions) &&
	       (d->leads.len == 0 || slice_eq(d->leads, d->path) ||
		lists(c, d->leads, d->permissions));
}

static int check_devices(const struct devices *devices, const struct config *c, struct verdict *v)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *d = &devices->items[i];
		bool elsewhere = d->leads.len > 0 && !slice_eq(d->leads, d->path);
		int r;

		if (allowed(c, d))
			continue;
		verdict_object(v, d->at, d->path, "gives the container %.*s%s%.*s of the host.",
			       SLICE_ARG(d->path), elsewhere ? ", which leads to " : "",
			       SLICE_ARG(elsewhere ? d->leads : SLICE("")));
		if (elsewhere)
			verdict_leads(v, d->leads);
		verdict_opens(v, allow);
		r = verdict_drop(v, SETTING_DEVICE, d->path);
		if (r)
			return r;
	}
	return 0;
}

/* The file system of a disk, mounted as a volume, is the disk. */
static bool is_device(const struct mount *m)
{
	return m->by_volume && (path_inside(m->clean, SLICE("/dev")) ||
				(!m->unresolved && path_inside(m->resolved, SLICE("/dev"))));
}

static struct slice leads_of(const struct mount *m)
{
	if (!mount_goes_up(m))
		return SLICE("");
	return m->unresolved ? SLICE("(unknown)") : m->resolved;
}

static int check_volumes(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct mounts *mounts = &in->mounts;

	for (size_t i = 0; i < mounts->count; i++) {
		const struct mount *m = &mounts->items[i];
		struct device d = {
			.path = m->clean,
			.leads = leads_of(m),
			.permissions = m->read_only ? SLICE("r") : SLICE("rw"),
		};
		int r;

		if (!is_device(m) || allowed(c, &d))
			continue;
		verdict_object(v, m->at, m->source, "makes a volume of %.*s, a device of the host.",
			       SLICE_ARG(m->source));
		verdict_opens(v, allow);
		r = volume_settle(in, v);
		if (r)
			return r;
	}
	return 0;
}

static bool names(const struct config *c, struct slice word)
{
	for (size_t i = 0; word.len > 0 && i < c->allow.count; i++) {
		if (glob_match(c->allow.items[i].path, word))
			return true;
	}
	return false;
}

static int object_to_request(const struct device_request *d, struct slice value, struct verdict *v)
{
	struct slice driver = d->driver.len > 0 ? d->driver : SLICE("a device driver");

	verdict_object(v, d->at, value, "asks %.*s for devices of the host, by \"%.*s\".",
		       SLICE_ARG(driver), SLICE_ARG(value));
	verdict_opens(v, allow);
	if (slice_eq(d->driver, SLICE("cdi")))
		return verdict_drop(v, SETTING_DEVICE, value);
	return verdict_drop(v, SETTING_GPUS, SLICE(""));
}

/*
 * The driver cdi goes by names alone. Any other picks devices when it has all capabilities of one
 * of the sets (moby daemon/devices_linux.go), and where none is named the first one that fits does:
 * so each must be listed, and an empty set fits every driver. Its IDs are numbers and serials of
 * what was allowed by then, but for one that is the name of a CDI device.
 */
static int check_request(const struct device_request *d, const struct config *c, struct verdict *v)
{
	bool cdi = slice_eq(d->driver, SLICE("cdi"));
	bool by_driver = !cdi && names(c, d->driver);
	const struct field_texts *wanted = cdi ? &d->ids : &d->capabilities;
	int r = 0;

	if (!by_driver && wanted->count == 0)
		return object_to_request(d, d->driver, v);
	for (size_t i = 0; r == 0 && !by_driver && i < wanted->count; i++) {
		if (!names(c, wanted->items[i].value))
			r = object_to_request(d, wanted->items[i].value, v);
	}
	for (size_t i = 0; r == 0 && !cdi && i < d->ids.count; i++) {
		struct slice id = d->ids.items[i].value;

		if ((slice_find(id, '=') || slice_find(id, '/')) && !names(c, id))
			r = object_to_request(d, id, v);
	}
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *rules = &in->container.device_cgroup_rules;
	int r = check_devices(&in->container.devices, config, v);

	if (r == 0)
		r = check_volumes(in, config, v);
	for (size_t i = 0; r == 0 && i < rules->count; i++) {
		verdict_object(v, rules->items[i].at, rules->items[i].value,
			       "opens a class of host devices.");
		r = verdict_drop(v, SETTING_DEVICE_CGROUP_RULE, rules->items[i].value);
	}
	for (size_t i = 0; r == 0 && i < in->container.device_requests.count; i++)
		r = check_request(&in->container.device_requests.items[i], config, v);
	return r;
}

const struct rule rule_host_devices = {
	.id = "host-devices",
	.number = "5.17",
	.number_1_6 = "5.18",
	.level = 1,
	.benchmark_title = "Do not directly expose host devices to containers",
	.title = "Containers get no host devices",
	.why = "A disk device is every file on it, /dev/mem is the kernel; neither asks for file "
	       "permissions. The benchmark has it at Level 1 without scoring it; baseline denies it "
	       "all the same, for a disk is the host.",
	.fields = "HostConfig.Devices, HostConfig.DeviceCgroupRules, HostConfig.DeviceRequests, "
		  "device among the options of volumes",
	.broken_by = "docker run --device /dev/sda, --device-cgroup-rule, --gpus all; compose: "
		     "devices: [/dev/sda]",
	.comply = "Remove --device, --device-cgroup-rule and --gpus (compose: devices), or list "
		  "the device with the permissions it needs under this rule's `allow`.",
	.example_value = "/dev/kvm",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_MOUNTS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
