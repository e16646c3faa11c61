"""Profiles of system calls: what is asked for, and what one lets through, told as runc and the kernel read it."""

import json

LETTING = ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_NOTIFY"]
# Which no engine lets through without a capability that containers have not.
REFUSED = ["mount", "unshare", "setns", "bpf", "init_module", "kexec_load", "open_by_handle_at", "pivot_root", "clone3",
           "perf_event_open", "keyctl", "userfaultfd"]
NEW_USER, OWN_MASK = 0x10000000, 0x7E020000
VSOCK = 40
# Nor these, with such a first argument.
PROBES = [(name, 0) for name in REFUSED] + [("clone", NEW_USER), ("personality", 0x40000), ("socket", VSOCK)]
HELD = {"CAP_CHOWN", "CAP_KILL", "CAP_SETUID"}


def condition(index, op, value, second=0):
    return {"index": index, "op": f"SCMP_CMP_{op}", "value": value, "valueTwo": second}


def allow(name, *args, action="SCMP_ACT_ALLOW", **more):
    return {"names": [name], "action": action, "args": list(args), **more}


def harmless():
    return {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
        {"names": ["read", "write", "openat", "execve", "exit_group"], "action": "SCMP_ACT_ALLOW"},
        allow("personality", condition(0, "EQ", 0)),
        allow("clone", condition(0, "MASKED_EQ", OWN_MASK)),
        allow("socket", condition(0, "NE", VSOCK)),
        allow("bpf", includes={"caps": ["CAP_SYS_ADMIN"]}),
        allow("mount", action="SCMP_ACT_ERRNO"),
    ]}


def kind_call(rng):
    """One of the engine's own calls, on no condition or one that does not hold back what its own does."""
    name, own = rng.choice([("personality", condition(0, "EQ", 0)), ("clone", condition(0, "MASKED_EQ", OWN_MASK)),
                            ("socket", condition(0, "NE", VSOCK))])
    other = rng.choice([condition(0, "NE", 7), condition(0, "GE", 1), condition(1, "GE", 0)])
    narrow = condition(0, "MASKED_EQ", 0x20000)
    return rng.choice([allow(name), allow(name, other), allow(name, own, other), allow(name, narrow),
                       allow(name, own, condition(0, "NE", 0))])


def too_kind(rng):
    profile = harmless()
    if rng.random() < 0.3:
        return {**profile, "defaultAction": rng.choice(LETTING)}
    refused = allow(rng.choice(REFUSED), action=rng.choice(LETTING))
    more = rng.choice([{}, {"args": [condition(5, "NE", 1 << 40)]}, {"includes": {"caps": ["CAP_CHOWN"]}},
                       {"excludes": {"caps": ["CAP_SYS_ADMIN"]}}, {"includes": {"arches": ["amd64"]}}])
    rule = rng.choice([kind_call(rng), {**refused, **more}])
    profile["syscalls"].insert(rng.randint(0, len(profile["syscalls"])), rule)
    return profile


def option(rng, profile):
    """As an entry of SecurityOpt; keys in any letter case, as Go takes them."""
    spell = rng.choice([str, str, str.lower, str.upper])

    def spelled(value):
        if isinstance(value, dict):
            return {spell(key): spelled(item) for key, item in value.items()}
        return [spelled(item) for item in value] if isinstance(value, list) else value

    return f"seccomp{rng.choice('=:')}{json.dumps(spelled(profile))}"


# --- What it lets through -------------------------------------------------------------------------


def holds(one, argument):
    value, second, op = one.get("value", 0), one.get("valuetwo", 0), one["op"].removeprefix("SCMP_CMP_")
    return {"EQ": argument == value, "NE": argument != value, "LT": argument < value, "LE": argument <= value,
            "GT": argument > value, "GE": argument >= value, "MASKED_EQ": argument & value == second}[op]


def applies(rule):
    """To a container of this machine with the capabilities that the engine gives."""
    includes, excludes = rule.get("includes") or {}, rule.get("excludes") or {}
    arches = includes.get("arches")
    return (set(includes.get("caps") or []) <= HELD and not set(excludes.get("caps") or []) & HELD
            and (not arches or "amd64" in arches))


def matches(rule, name, first):
    """All conditions must hold; but where two are on one argument, runc makes a rule of each."""
    if name not in (rule.get("names") or [rule.get("name")]):
        return False
    conditions = rule.get("args") or []
    kept = [holds(one, first if one["index"] == 0 else 0) for one in conditions]
    alone = len({one["index"] for one in conditions}) == len(conditions)
    return all(kept) if alone else any(kept)


def lets_through(text):
    """What the profile lets through of what it must not."""
    profile = json.loads(text, object_pairs_hook=lambda pairs: {key.lower(): value for key, value in pairs})
    default = profile.get("defaultaction")
    rules = [rule for rule in profile.get("syscalls") or [] if applies(rule)]
    for name, first in PROBES:
        actions = [rule["action"] for rule in rules if matches(rule, name, first)] or [default]
        if any(action in LETTING for action in actions):
            yield name
