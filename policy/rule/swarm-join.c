/*
 * swarm-join.c - nobody else's managers run what they like on this host.
 *
 * A manager hands tasks to a node past the node's own API, so no plugin there is asked. Of the
 * calls that swarm-control judges, two kinds give the host to somebody else at once:
 *
 * - join: the managers of the swarm that it joins are another's.
 * - init and update with a signing key or a signer of the caller's choice: who signs certificates
 *   can make any machine a manager.
 *
 * The others are a cluster's daily work, or swarm-control's business. init without a signer begins
 * a swarm of this host's own. unlock needs a key that was given out here. leave takes a host out. A
 * new key of the swarm's own (ForceRotate) and new tokens give nobody more. A node that is made a
 * manager (node update) was let in by a token, and its root could have joined as one by the other
 * token, which whoever may read the swarm has.
 */
#include "base/array.h"
#include "policy/op.h"
#include "policy/rule.h"

static int check_signer(const struct swarm *swarm, struct verdict *v)
{
	const struct field_text *keys[] = { &swarm->signing_key, &swarm->signing_cert };

	if (swarm->external_ca)
		return verdict_object(
			v, swarm->external_ca, SLICE(""),
			"would have the certificates of nodes signed elsewhere: whoever "
			"signs can make any machine a manager. Leave it out.");
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (keys[i]->value.len > 0)
			return verdict_object(
				v, keys[i]->at, SLICE(""),
				"is a signer of the caller's own, who can make any machine "
				"a manager. Leave it out, and the swarm makes one.");
	}
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	if (in->op != OP_SWARM_JOIN)
		return check_signer(&in->swarm, v);
	return verdict_object(v, PLACE_WORDS("the request"), slice_str(op_name(in->op)),
			      "would let the managers of that swarm run anything on this host. Ask "
			      "whoever runs this host.");
}

const struct rule rule_swarm_join = {
	.id = "swarm-join",
	.title = "The host is not handed to another's swarm",
	.why = "What a swarm's managers have a node run is judged where they are asked, not here: a "
	       "host that joins a stranger's swarm, or one whose certificates a stranger signs, runs "
	       "privileged containers for him, whatever this policy says.",
	.fields =
		"swarm join; ExternalCAs, SigningCACert and SigningCAKey in CAConfig of swarm init and "
		"update",
	.broken_by = "docker swarm join; docker swarm init --external-ca; docker swarm ca --rotate "
		     "--ca-cert",
	.comply = "Have the host joined by whoever runs it; leave certificates to the swarm.",
	.nist = "4.3.1",
	.subjects = SUBJECT_SWARM,
	.check = check,
};
