/*
 * clock.c - loaded before a program, it shows it a time of day that is as many seconds off as the
 * file $CLOCK_OFF says. The file is mapped: the program sees a change at once, and makes no system
 * call that its filter would have to allow.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *off;
static int (*real)(clockid_t, struct timespec *);

static void start(void)
{
	const char *path = getenv("CLOCK_OFF");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*off), PROT_READ, MAP_SHARED, fd, 0);

	*(void **) &real = dlsym(RTLD_NEXT, "clock_gettime");
	if (map == MAP_FAILED || !real)
		_exit(127);
	off = map;
	close(fd);
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
	int r;

	/* A constructor of another library may ask first. No thread is there then. */
	if (!real)
		start();
	r = real(id, ret);
	if (r == 0 && id == CLOCK_REALTIME)
		ret->tv_sec += *off;
	return r;
}
