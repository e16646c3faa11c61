/* unmasked-paths.c - the engine hides parts of /proc and /sys from every container; they stay
 * hidden. */
#include "policy/rule.h"

/*
 * What every engine from 19.03 on hides (moby oci/defaults.go). Later ones hide more, such as
 * /sys/devices/virtual/powercap, /proc/interrupts and the thermal_throttle of each CPU. `docker
 * inspect` prints the list, and what makes a container anew from that sends it back, also to an
 * engine newer than the one that printed it.
 */
static const struct slice masked[] = {
	SLICE_INIT("/proc/acpi"),
	SLICE_INIT("/proc/asound"),
	SLICE_INIT("/proc/kcore"),
	SLICE_INIT("/proc/keys"),
	SLICE_INIT("/proc/latency_stats"),
	SLICE_INIT("/proc/sched_debug"),
	SLICE_INIT("/proc/scsi"),
	SLICE_INIT("/proc/timer_list"),
	SLICE_INIT("/proc/timer_stats"),
	SLICE_INIT("/sys/firmware"),
	{ 0 },
};
static const struct slice readonly[] = {
	SLICE_INIT("/proc/bus"),           SLICE_INIT("/proc/fs"),
	SLICE_INIT("/proc/irq"),           SLICE_INIT("/proc/sys"),
	SLICE_INIT("/proc/sysrq-trigger"), { 0 },
};

/* As written: runc hands the text to the kernel, which follows links of the image in any other. */
static bool names(const struct field_texts *paths, struct slice path)
{
	for (size_t i = 0; i < paths->count; i++) {
		if (slice_eq(paths->items[i].value, path))
			return true;
	}
	return false;
}

/* null and absent mean the engine's list; any list that is given replaces it, an empty one with
 * nothing. */
static int check_list(const struct field_texts *paths, const struct slice *wanted, const char *what,
		      struct verdict *v)
{
	if (paths->state != FIELD_SET)
		return 0;
	while (wanted->len > 0 && names(paths, *wanted))
		wanted++;
	if (wanted->len == 0)
		return 0;
	verdict_object(v, paths->at, *wanted,
		       "replaces the engine's list of paths %s, and lacks %.*s; a list "
		       "must hold all that docker inspect shows of a plain container.",
		       what, SLICE_ARG(*wanted));
	return verdict_drop(v, SETTING_SECURITY_OPT, SLICE("systempaths=unconfined"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *options = &in->container.security_opt;
	int r = check_list(&in->container.masked_paths, masked, "to hide", v);

	(void) config;

	if (r == 0)
		r = check_list(&in->container.readonly_paths, readonly, "to keep read-only", v);
	for (size_t i = 0; r == 0 && i < options->count; i++) {
		if (!slice_starts(options->items[i].value, SLICE("systempaths")))
			continue;
		verdict_object(v, options->items[i].at, options->items[i].value,
			       "shows the container what the engine hides.");
		r = verdict_drop(v, SETTING_SECURITY_OPT, options->items[i].value);
	}
	return r;
}

const struct rule rule_unmasked_paths = {
	.id = "unmasked-paths",
	.title = "Masked system paths stay masked",
	.why = "Behind the masks lie the kernel's memory, its keys and switches such as "
	       "/proc/sys and /proc/sysrq-trigger, which root in a container could use.",
	.fields = "HostConfig.MaskedPaths, HostConfig.ReadonlyPaths, systempaths in "
		  "HostConfig.SecurityOpt",
	.broken_by = "docker run --security-opt systempaths=unconfined; compose: security_opt: "
		     "[systempaths=unconfined]",
	.comply = "Remove --security-opt systempaths=unconfined.",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
