/* volume-driver.c - a volume must not be a way around the rules for mounts. */
#include "kit/host-paths.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL,
		    "volume drivers besides local that may be used; globs"),
	{ 0 },
};

static const struct config defaults = { 0 };

static bool is_local(struct slice driver)
{
	return driver.len == 0 || slice_eq(driver, SLICE("local"));
}

static int check_driver(const struct intent *in, const struct field_text *driver,
			const struct config *c, struct verdict *v)
{
	if (is_local(driver->value) || words_match(&c->allow, driver->value))
		return 0;
	verdict_object(v, driver->at, driver->value,
		       "is \"%.*s\", a driver that decides by itself what is mounted.",
		       SLICE_ARG(driver->value));
	verdict_opens(v, allow);
	return verdict_drop(v, in->op == OP_VOLUME_CREATE ? SETTING_DRIVER : SETTING_VOLUME_DRIVER,
			    driver->value);
}

/* A network share or a tmpfs is no part of the host; a disk or an overlay of directories is. So is
 * a bind, but it is no other mount than -v of the same path: the rules for mounts judge its device.
 */
static int check_options(const struct intent *in, const struct volume *volume, struct verdict *v)
{
	if (!is_local(volume->driver.value) || !volume->reaches_host || volume->plain_bind)
		return 0;
	verdict_object(
		v, volume->options.at, SLICE(""),
		"make the volume a mount of the host, and more than the bind of one path, which "
		"type=none, o=bind and device=/PATH are.");
	return volume_settle(in, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = check_driver(in, &in->container.volume_driver, config, v);

	for (size_t i = 0; r == 0 && i < in->volumes.count; i++) {
		r = check_driver(in, &in->volumes.items[i].driver, config, v);
		if (r == 0)
			r = check_options(in, &in->volumes.items[i], v);
	}
	return r;
}

const struct rule rule_volume_driver = {
	.id = "volume-driver",
	.title = "Volumes are the engine's own directories",
	.why = "A local volume with a device is a mount of a disk, an overlay or a file system of "
	       "the kernel, made before the container that uses it; another driver mounts what it "
	       "likes. A bind of one path is judged as -v of that path.",
	.fields = "DriverOpts and Driver of volumes, VolumeOptions.DriverConfig of mounts, "
		  "HostConfig.VolumeDriver",
	.broken_by = "docker volume create --opt type=ext4 --opt device=/dev/sda1; compose: "
		     "volumes: {v: {driver_opts: {type: ext4, device: /dev/sda1}}}",
	.comply = "Create the volume without --opt device and without --driver; list a driver that "
		  "is needed under this rule's `allow`.",
	.nist = "4.4.3",
	.subjects = SUBJECT_VOLUME,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
