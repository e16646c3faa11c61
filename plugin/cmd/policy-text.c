#include "cmd/policy-text.h"

#include <stddef.h>

const struct part policy_parts[] = {
	{ PART_HEADING, "DESCRIPTION" },
	{ PART_PARAGRAPH,
	  "A policy is one YAML file. Everything has a default: an empty file, or none, is the profile "
	  "`baseline`, enforced. `cis-authz check FILE` reads a policy as the plugin does and prints every "
	  "mistake with its line and column." },
	{ PART_EXAMPLE,
	  "version: 1\n"
	  "name: web-hosts\n"
	  "profile: level1\n"
	  "mode: enforce\n"
	  "rules:\n"
	  "  privileged: deny\n"
	  "  \"5.23\": warn\n"
	  "  memory-limit: { action: deny, max: 4g }\n"
	  "  capabilities: { require_drop: [ALL], allow: [CHOWN, NET_BIND_SERVICE] }" },
	{ PART_PARAGRAPH,
	  "The reader is strict, because a policy that says something else than its author believes is a "
	  "hole. An unknown key, rule, option or operation is a mistake, with the nearest right word; so are "
	  "a key that stands twice, an anchor, an alias, a tag, a tab as indentation and a value of another "
	  "type. Words mean what is written: `off` and `no` are words, `5.10` is not 5.1. Numbers and "
	  "`true` and `false` stand without quotes; text that begins with `*`, `&`, `!`, `@` or `%` needs "
	  "them." },
	{ PART_HEADING, "KEYS" },
	{ PART_KEYS, NULL, KEYS_POLICY },
	{ PART_HEADING, "RULES" },
	{ PART_PARAGRAPH,
	  "A rule goes by its name or by its number in the benchmark, in quotes. Its value is an action, "
	  "or a mapping of `action` and the rule's own options, which are in cis-authz-rules(7) and in "
	  "`cis-authz explain RULE`. What a policy does not name stays as the profile has it; an option that "
	  "it gives replaces the profile's. Options of a rule that is off are a mistake, since they do "
	  "nothing. `opaque-request` may be lowered to `warn`, never switched off." },
	{ PART_KEYS, NULL, KEYS_SETTING },
	{ PART_ITEM,
	  "deny: the daemon refuses the request, and tells its caller every rule that it breaks" },
	{ PART_ITEM,
	  "warn: the request goes through, and the decision record tells what was found" },
	{ PART_ITEM, "off: the rule is not run" },
	{ PART_PARAGRAPH,
	  "Options that list what may be mounted take a path, or a mapping of these keys:" },
	{ PART_KEYS, NULL, KEYS_PATH_ITEM },
	{ PART_PARAGRAPH, "Options that list devices take a path, or a mapping of these keys:" },
	{ PART_KEYS, NULL, KEYS_DEVICE_ITEM },
	{ PART_EXAMPLE, "version: 1\n"
			"profile: level1\n"
			"rules:\n"
			"  sensitive-mounts:\n"
			"    add: [/srv/secrets]\n"
			"    allow:\n"
			"      - { path: /etc/localtime, read_only: true }\n"
			"      - \"/srv/secrets/*/public\"\n"
			"  host-devices:\n"
			"    allow: [{ path: /dev/fuse, permissions: rw }]" },
	{ PART_HEADING, "PROFILES" },
	{ PART_ITEM, "baseline: denies what is dangerous when asked for, and requires nothing" },
	{ PART_ITEM,
	  "level1: denies every scored Level 1 recommendation that a request can break, and warns on the "
	  "unscored ones" },
	{ PART_ITEM, "level2: adds Level 2" },
	{ PART_ITEM, "strict: adds what later benchmarks and known escapes ask for" },
	{ PART_ITEM, "none: every rule off but `opaque-request`, to try single ones" },
	{ PART_PARAGRAPH,
	  "Each but `none` denies all that the one before it denies. A team's own profile is a policy file "
	  "like any other, named by a path with a `/`: `profile: ./company.yaml`. It is read from the folder "
	  "of the policy that names it, must be safe from others as that one must, and may itself name only "
	  "one of the five above: one level. What it says of rules holds until the policy says otherwise. "
	  "Its exceptions hold too, and its rules of `access` stand before the policy's, so that the policy "
	  "cannot give what the company's profile refuses. Numbers in it are read in its own edition." },
	{ PART_HEADING, "EDITIONS" },
	{ PART_PARAGRAPH,
	  "Numbers shift whenever a recommendation is added to the benchmark; names do not. `benchmark` says "
	  "in which edition the numbers of a file are read: `cis-docker-1.11.0`, `cis-docker-1.6.0` or "
	  "`cis-docker-1.7.0`. The table in cis-authz-rules(7) has both. A number that the edition has not "
	  "is a mistake, and the message tells the rule that has it elsewhere." },
	{ PART_HEADING, "EXCEPTIONS" },
	{ PART_PARAGRAPH,
	  "An exception takes the weight from violations of its rules, in the requests that it is for. They "
	  "are still recorded, with the exception's name. All that `when` asks for must hold, and with "
	  "`values` each violation must be about one of them. All other rules still judge the request, and "
	  "`opaque-request` has no exceptions." },
	{ PART_EXAMPLE, "version: 1\n"
			"profile: level1\n"
			"exceptions:\n"
			"  - name: node-exporter\n"
			"    rules: [host-pid, sensitive-mounts]\n"
			"    when:\n"
			"      user: ops-metrics\n"
			"      image: \"registry.example.com/node-exporter@sha256:*\"\n"
			"    values: [/proc, /sys]\n"
			"    reason: SEC-142, host metrics\n"
			"    owner: monitoring@example.com\n"
			"    expires: 2030-03-31" },
	{ PART_KEYS, NULL, KEYS_EXCEPTION },
	{ PART_PARAGRAPH, "The keys of `when`, each a glob or a list of globs:" },
	{ PART_KEYS, NULL, KEYS_WHEN },
	{ PART_PARAGRAPH,
	  "Images are compared by their full name, as the daemon completes it: `docker.io/library/nginx:1.25`, "
	  "`registry.example.com/app@sha256:...`. An exception that could never match, such as one for "
	  "`nginx`, is a mistake." },
	{ PART_PARAGRAPH,
	  "What the caller sets freely cannot be asked for: not labels, not environment variables, not the "
	  "command, not a service's name. Whoever wants the exception would set it. Two keys that can be "
	  "asked for bind only in part: the caller picks a container's name, and anyone may tag any image. "
	  "What binds is a user, whose certificate the daemon has verified over TLS, or an image with its "
	  "full digest, all 64 digits. `cis-authz check` warns about an exception that rests on neither, one "
	  "that matches everything, one that never expires, and one that has expired or will within 30 days." },
	{ PART_PARAGRAPH,
	  "`expires` is the last day on which an exception holds, in UTC. From the next midnight on its rules "
	  "are enforced again, without a reload. The policy stays valid." },
	{ PART_HEADING, "ACCESS" },
	{ PART_PARAGRAPH,
	  "Who may call which operation (CIS Docker 1.11.0 recommendation 1.6). Rules are tried in order: the "
	  "first whose users match and that names the operation decides; within one rule `deny` goes before "
	  "`allow`; where none decides, `default` does. The rule `trusted-users` judges it, so "
	  "`trusted-users: warn` tries it out, and `access` beside `trusted-users: off` is a mistake." },
	{ PART_EXAMPLE,
	  "version: 1\n"
	  "access:\n"
	  "  default: deny\n"
	  "  rules:\n"
	  "    - { users: [\"\"], allow: [\"*\"] }\n"
	  "    - { users: [\"ci-*\"], allow: [container.*, exec.*, image.pull], deny: [container.update] }\n"
	  "    - { users: [\"*\"], allow: [reads] }" },
	{ PART_KEYS, NULL, KEYS_ACCESS },
	{ PART_PARAGRAPH, "The keys of one rule:" },
	{ PART_KEYS, NULL, KEYS_ACCESS_RULE },
	{ PART_HEADING, "USERS" },
	{ PART_PARAGRAPH,
	  "A user is the common name of the TLS client certificate that the daemon verified. On the unix "
	  "socket nobody has one: every caller there is `\"\"`, whichever account it is, and no star stands "
	  "for it. In the name of a user `*` is any run of characters, slashes too." },
	{ PART_HEADING, "GLOBS" },
	{ PART_PARAGRAPH,
	  "`*` is any run of characters but `/`, `**` any run, `?` one character but `/`. A glob matches a "
	  "whole word, not a part of one. Letter case counts." },
	{ PART_HEADING, "OPERATIONS" },
	{ PART_PARAGRAPH,
	  "An operation is what a caller asks for, whatever URL it takes: `container.create`. "
	  "`cis-authz rules --operations` lists the calls of each. `reads` stands for all that only read, "
	  "`changes` for all that change something. Reading is no small thing: logs, archives and inspections "
	  "hold secrets. The group `reads`:" },
	{ PART_READS },
	{ PART_PARAGRAPH, "The group `changes`:" },
	{ PART_CHANGES },
	{ PART_HEADING, "MODE" },
	{ PART_PARAGRAPH,
	  "With `mode: warn` nothing is denied and everything is recorded with the outcome it would have had: "
	  "a new policy is tried on a host in use that way. Only a call that is none, without method or "
	  "target, is denied in every mode. After that, rules go from `warn` to `deny` one by one." },
	{ PART_HEADING, "FILES" },
	{ PART_PARAGRAPH,
	  "Whoever can write a policy can allow anything. A policy, or a profile that it names, that others "
	  "than root and the user of the plugin can write is refused. On a change of the file, and on SIGHUP, the plugin reads it "
	  "anew. A file with mistakes changes nothing: the policy that was in force stays, and the log says why. "
	  "Every decision record names the digest of the policy and the profiles that it was made by." },
	{ PART_PARAGRAPH,
	  "Editors that know JSON Schema complete and check policies as they are typed. The first line of a "
	  "policy tells them where it is:" },
	{ PART_EXAMPLE,
	  "# yaml-language-server: $schema=/usr/share/cis-authz/cis-authz-policy.schema.json\n"
	  "version: 1\n"
	  "profile: level2" },
	{ PART_PARAGRAPH,
	  "The schema is also what `cis-authz rules --format json-schema` prints. It cannot say all that "
	  "`cis-authz check` says; that one is the judge." },
	{ PART_HEADING, "SEE ALSO" },
	{ PART_PARAGRAPH, "cis-authz(8), cis-authz-rules(7)" },
	{ PART_END },
};
