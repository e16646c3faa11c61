#include "policy/capability.h"

#include "base/array.h"
#include "base/fold.h"

static const char *const names[] = {
	"ALL",
	"AUDIT_CONTROL",
	"AUDIT_READ",
	"AUDIT_WRITE",
	"BLOCK_SUSPEND",
	"BPF",
	"CHECKPOINT_RESTORE",
	"CHOWN",
	"DAC_OVERRIDE",
	"DAC_READ_SEARCH",
	"FOWNER",
	"FSETID",
	"IPC_LOCK",
	"IPC_OWNER",
	"KILL",
	"LEASE",
	"LINUX_IMMUTABLE",
	"MAC_ADMIN",
	"MAC_OVERRIDE",
	"MKNOD",
	"NET_ADMIN",
	"NET_BIND_SERVICE",
	"NET_BROADCAST",
	"NET_RAW",
	"PERFMON",
	"SETFCAP",
	"SETGID",
	"SETPCAP",
	"SETUID",
	"SYSLOG",
	"SYS_ADMIN",
	"SYS_BOOT",
	"SYS_CHROOT",
	"SYS_MODULE",
	"SYS_NICE",
	"SYS_PACCT",
	"SYS_PTRACE",
	"SYS_RAWIO",
	"SYS_RESOURCE",
	"SYS_TIME",
	"SYS_TTY_CONFIG",
	"WAKE_ALARM",
};

static struct slice bare(struct slice name)
{
	struct slice prefix = { name.ptr, 4 };

	if (name.len > 4 && slice_eq_nocase(prefix, SLICE("CAP_")))
		return slice_from(name, 4);
	return name;
}

bool capability_eq(struct slice a, struct slice b)
{
	return fold_upper_eq(bare(a), bare(b));
}

const char *capability_word(struct slice name)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (capability_eq(name, slice_str(names[i])))
			return NULL;
	}
	return "a Linux capability such as NET_BIND_SERVICE, or ALL";
}

const char *capability_at(size_t i)
{
	return i < COUNT_OF(names) ? names[i] : NULL;
}
