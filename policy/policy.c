/*
 * policy.c - the snapshot itself: born, counted, read, freed.
 *
 * A policy is written only between policy_new and its first hand-over by policy-load; from then on
 * every path holds `const struct policy *`, and many threads read it without a lock. Only ref and
 * unref cast the const away, for the counter, and the slot's stamp, before it shows the policy to
 * anybody.
 */
#include "policy-internal.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "base/arena.h"
#include "policy/rule.h"
#include "when/access.h"

enum { MEMORY_MOST = 64 << 20 };

static bool add_setting(struct policy *p, struct rule_setting *setting, const struct rule *rule)
{
	void *config;

	setting->action = rule->always ? ACTION_DENY : ACTION_OFF;
	if (rule->size == 0)
		return true;
	config = arena_alloc(p->arena, 1, rule->size);
	if (!config)
		return false;
	memcpy(config, rule->defaults, rule->size);
	setting->config = config;
	return true;
}

struct rule_setting *policy_new_settings(struct policy *p)
{
	struct rule_setting *settings = arena_alloc(p->arena, rules_count(), sizeof(*settings));

	for (size_t i = 0; settings && i < rules_count(); i++) {
		if (!add_setting(p, &settings[i], rules_at(i)))
			return NULL;
	}
	return settings;
}

struct policy *policy_new(void)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	atomic_init(&p->refs, 1);
	p->enforce = true;
	p->generation = 1;
	p->arena = arena_new(MEMORY_MOST);
	p->settings = p->arena ? policy_new_settings(p) : NULL;
	if (!p->settings) {
		policy_unref(p);
		return NULL;
	}
	return p;
}

const struct policy *policy_ref(const struct policy *p)
{
	atomic_fetch_add(&((struct policy *) p)->refs, 1);
	return p;
}

void policy_unref(const struct policy *p)
{
	struct policy *mine = (struct policy *) p;

	if (!p || atomic_fetch_sub(&mine->refs, 1) > 1)
		return;
	arena_free(mine->arena);
	free(mine);
}

void *policy_config(struct policy *p, size_t rule_index)
{
	return (void *) p->settings[rule_index].config;
}

void policy_set_digest(struct policy *p, const struct slice *texts, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	_Static_assert(2 * sizeof(digest) == POLICY_DIGEST, "two digits a byte");
	sha256_init(&sha);
	for (size_t i = 0; i < count; i++) {
		sha256_update(&sha, texts[i].len, (const uint8_t *) texts[i].ptr);
		/* No policy holds a NUL, so this tells where each of them ends. */
		sha256_update(&sha, 1, (const uint8_t *) "");
	}
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		p->digest[2 * i] = digits[digest[i] >> 4];
		p->digest[2 * i + 1] = digits[digest[i] & 15];
	}
}

bool policy_is_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    !slice_find(SLICE("-_."), c))
			return false;
	}
	return s.len > 0 && s.len <= POLICY_NAME_MOST;
}

struct slice policy_name(const struct policy *p)
{
	return p->name;
}

struct slice policy_contact(const struct policy *p)
{
	return p->contact;
}

struct slice policy_profile(const struct policy *p)
{
	return p->profile;
}

struct slice policy_profile_path(const struct policy *p)
{
	return p->profile_path;
}

void policy_put_in_force(const struct policy *p, uint64_t generation, int64_t since)
{
	struct policy *mine = (struct policy *) p;

	/* Records that name an earlier generation would change their meaning. */
	assert(p->since == 0);
	mine->generation = generation;
	mine->since = since;
}

uint64_t policy_generation(const struct policy *p)
{
	return p->generation;
}

int64_t policy_since(const struct policy *p)
{
	return p->since;
}

enum edition policy_edition(const struct policy *p)
{
	return p->edition;
}

const struct exceptions *policy_exceptions(const struct policy *p)
{
	return &p->exceptions;
}

const struct scopes *policy_scopes(const struct policy *p)
{
	return &p->scopes;
}

bool policy_access_by_image(const struct policy *p)
{
	size_t i = rules_index(rules_find(SLICE("trusted-users")));
	const struct access *access = p->settings[i].config;

	return access->by_image;
}

size_t policy_scope_count(const struct policy *p)
{
	return p->scopes.count;
}

struct slice policy_scope_name(const struct policy *p, size_t scope)
{
	return p->scopes.items[scope].name;
}

const struct rule_setting *policy_scope_setting(const struct policy *p, size_t scope,
						size_t rule_index)
{
	return &p->scopes.items[scope].settings[rule_index];
}

bool policy_uses(const struct policy *p, size_t rule_index)
{
	for (size_t i = 0; i < p->scopes.count; i++) {
		if (policy_scope_setting(p, i, rule_index)->action != ACTION_OFF)
			return true;
	}
	return p->settings[rule_index].action != ACTION_OFF;
}

bool policy_has_exception(const struct policy *p, struct slice name)
{
	const struct exceptions *e = &p->exceptions;

	for (size_t i = 0; i < e->count + e->elsewhere; i++) {
		if (slice_eq(e->items[i].name, name))
			return true;
	}
	return false;
}

size_t policy_exception_count(const struct policy *p)
{
	return p->exceptions.count;
}

const struct exception *policy_exception_at(const struct policy *p, size_t i)
{
	return &p->exceptions.items[i];
}

size_t policy_expiring(const struct policy *p, int64_t now, int64_t seconds)
{
	size_t count = 0;

	for (size_t i = 0; i < p->exceptions.count; i++) {
		int64_t expires = p->exceptions.items[i].expires;

		count += expires > now && expires <= now + seconds;
	}
	return count;
}

size_t policy_expired(const struct policy *p, int64_t now)
{
	return policy_expiring(p, 0, now);
}

bool policy_enforces(const struct policy *p)
{
	return p->enforce;
}

const char *policy_digest(const struct policy *p)
{
	return p->digest;
}

const struct rule_setting *policy_setting(const struct policy *p, size_t rule_index)
{
	return &p->settings[rule_index];
}
