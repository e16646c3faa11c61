#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/address.h"

static void all_are(const char *const *hosts, enum host_reach reach)
{
	for (; *hosts; hosts++) {
		enum host_reach got = address_host_reach(slice_str(*hosts));

		if (got != reach)
			fail_msg("%s: %d, not %d", *hosts, got, reach);
	}
}

static void test_elsewhere(void **state)
{
	static const char *const hosts[] = {
		"example.com",     "EXAMPLE.com.",       "192.0.2.1",        "8.8.8.8",
		"172.15.0.1",      "172.32.0.1",         "11.0.0.1",         "2001:db8::1",
		"cafe.be",         "internal.example",   "localhost.com",    "127.example.com",
		"9.255.255.1",     "192.169.0.1",        "::ffff:192.0.2.1", "a-b.example.com",
		"a_b.example.com", "AZaz09.example.com", "0z.example.com",   NULL,
	};

	(void) state;
	all_are(hosts, HOST_ELSEWHERE);
}

static void test_private(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1",
		"127.255.0.9",
		"127.0.0.1.",
		"::1",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::FFFF:a00:1",
		"10.0.0.0",
		"10.255.255.255",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.1.1",
		"fc00::1",
		"fd12::1",
		"localhost",
		"LOCALHOST.",
		"a.localhost",
		"fileserver",
		"metadata.google.internal",
		"printer.LOCAL",
		NULL,
	};

	(void) state;
	all_are(hosts, HOST_PRIVATE);
}

static void test_link(void **state)
{
	static const char *const hosts[] = {
		"169.254.169.254",
		"::ffff:169.254.169.254",
		"fe80::1",
		"fe80::1%eth0",
		"fe80::1%25eth0",
		"0.0.0.0",
		"0.1.2.3",
		"::",
		"255.255.255.255",
		"100.100.100.200",
		"2130706433",
		"0x7f000001",
		"0x7f.1",
		"127.1",
		"0177.0.0.1",
		"0300.0250.1.1",
		"0",
		"64:ff9b::7f00:1",
		"fd00:ec2::254",
		NULL,
	};

	(void) state;
	all_are(hosts, HOST_LINK);
}

static void test_unreadable(void **state)
{
	static const char *const hosts[] = {
		"a@b.c",     "a[b.c", "a`b.c", "a{b.c", "a/b.c",
		"a;b.c",     "a^b.c", "",      "a b",   "127.0.0.1 x",
		"%31.0.0.1", "a\\b",  "::1::", "[",     "\xef\xbc\x91.example",
		NULL,
	};

	(void) state;
	all_are(hosts, HOST_UNREADABLE);
	assert_int_equal(address_host_reach((struct slice) SLICE_INIT("127.0.0.1\0.example.com")),
			 HOST_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
