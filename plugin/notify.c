#include "notify.h"

#include <stdint.h>

#if HAVE_SYSTEMD

#include <inttypes.h>
#include <systemd/sd-daemon.h>

/* Nobody can be told that telling failed; the manager notices by itself. */
void notify_ready(const char *status)
{
	(void) sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	(void) sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
			  (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000);
}

void notify_status(const char *status)
{
	(void) sd_notifyf(0, "STATUS=%s", status);
}

void notify_stopping(void)
{
	(void) sd_notify(0, "STOPPING=1\nSTATUS=Finishing what is under way");
}

void notify_alive(void)
{
	(void) sd_notify(0, "WATCHDOG=1");
}

bool notify_watchdog(struct timespec *ret)
{
	uint64_t micros;

	if (sd_watchdog_enabled(0, &micros) <= 0)
		return false;
	micros /= 2;
	*ret = (struct timespec){ (time_t) (micros / 1000000), (long) (micros % 1000000) * 1000 };
	return true;
}

#else

void notify_ready(const char *status)
{
	(void) status;
}

void notify_reloading(void)
{
}

void notify_status(const char *status)
{
	(void) status;
}

void notify_stopping(void)
{
}

void notify_alive(void)
{
}

bool notify_watchdog(struct timespec *ret)
{
	(void) ret;
	return false;
}

#endif
