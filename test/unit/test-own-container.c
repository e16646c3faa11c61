/* test-own-container.c - lines of mountinfo as daemons of several kinds make them. */
#include "service/own-container.h"

#include "base/array.h"
#include "unit.h"

#define ID "5724e2c8652da337ab2eedd19fc6fc0ec908e4bd907c7421bf6a8dfc70c4c078"

static void finds_the_id(void **state)
{
	static const struct {
		const char *line, *id;
	} rows[] = {
		{ "513 498 8:1 /var/lib/docker/containers/" ID
		  "/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n",
		  ID },
		/* the engine's data on a file system of its own */
		{ "513 498 8:2 /containers/" ID "/hosts /etc/hosts rw - ext4 /dev/sdb rw\n", ID },
		{ "513 498 8:1 /home/a/.local/share/docker/containers/" ID
		  "/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw\n",
		  ID },
		/* another container, as the host sees it */
		{ "97 27 0:45 / /var/lib/docker/containers/" ID "/mounts/shm rw - tmpfs shm rw\n",
		  "" },
		/* a file that somebody mounts elsewhere */
		{ "97 27 8:1 /var/lib/docker/containers/" ID
		  "/hostname /mnt/x rw - ext4 /dev/sda1 rw\n",
		  "" },
		/* too short, too long, no digits */
		{ "97 27 8:1 /d/containers/5724e2c8/hostname /etc/hostname rw\n", "" },
		{ "97 27 8:1 /d/containers/" ID "0/hostname /etc/hostname rw\n", "" },
		{ "97 27 8:1 /d/containers/" ID " /etc/hostname rw\n", "" },
		{ "97 27 8:1 /run/netns/" ID "/hostname /etc/hostname rw\n", "" },
		{ "97 27", "" },
		{ "", "" },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_slice(own_container_in(slice_str(rows[i].line)), slice_str(rows[i].id));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds_the_id) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
