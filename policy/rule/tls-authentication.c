/*
 * tls-authentication.c - a caller must have a name of its own.
 *
 * On the local socket nobody has: whoever may open it is root. A policy that switches this on means
 * a daemon that people reach over TCP alone, with a client certificate each.
 */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct caller *caller = &in->caller;

	(void) config;

	if (!slice_eq(caller->authn, SLICE("TLS")))
		return verdict_object(v, PLACE_WORDS("the caller"), caller->authn,
				      "shows no TLS client certificate. Use docker --tlsverify "
				      "--host tcp://HOST:2376 with a certificate of your own.");
	if (caller->user.len == 0)
		return verdict_object(v, PLACE_WORDS("the caller"), caller->user,
				      "has a TLS client certificate without a common name. Get one "
				      "that names you: CN=YOUR-NAME in its subject.");
	return 0;
}

const struct rule rule_tls_authentication = {
	.id = "tls-authentication",
	.number = "2.6",
	.number_1_6 = "2.7",
	.number_1_8 = "2.8",
	.level = 1,
	.scored = true,
	.benchmark_title = "Configure TLS authentication for Docker daemon",
	.title = "Callers show a TLS client certificate",
	.why = "Who reaches the daemon is root on its host. Without a certificate the log cannot say "
	       "who that was, and no exception can be for one person alone.",
	.fields = "User and UserAuthNMethod of the daemon's question",
	.broken_by = "docker over the local socket, or over TCP without --tlsverify",
	.comply = "The daemon's own part: where it listens on TCP, start it with --tlsverify, "
		  "--tlscacert, --tlscert and --tlskey; better, let it listen on its unix "
		  "socket alone. Then give each caller a client certificate with a common name, "
		  "and use docker --tlsverify --host tcp://HOST:2376.",
	.nist = "4.3.1",
	.subjects = SUBJECT_CALL,
	.check = check,
};
