#!/usr/bin/env python3
"""The effect referee: no spelling of a dangerous request may have its effect.

Variants of dangerous requests are sent to a real daemon with the plugin in force, harmless ones among them. What
exists afterwards is inspected, and judged by what the daemon says of it. Before, without the plugin, the same
variants show that they are dangerous and that the judge sees it.
"""

import argparse
import random
import sys
from collections import Counter

import asks
import dangers
import engine
import spelling
import wire

BATCH = 100
CONTROLS, THOROUGH_CONTROLS = 25, 150  # variants that are sent without the plugin
STARTS = 3
ATTEMPTS = 10  # at a danger whose paths the daemon may refuse
ENOUGH = 10  # variants through a door, to say how many are denied there
SHOWN = 1500  # bytes of a request


def send(variant):
    """How it ended, and the bytes that were sent."""
    sent, ending = [], "accepted"
    for draft in variant.requests:
        data = spelling.render(draft)
        answer = wire.send(engine.SOCKET, data)
        sent.append((data, answer))
        if engine.BROKEN in answer.body:
            raise engine.Failure(f"the plugin gave no answer to\n{show(sent)}")
        if answer.status == 403 and engine.DENIED in answer.body:
            ending = "denied"
        elif not 200 <= answer.status < 300 and ending == "accepted":
            ending = "refused"
    return ending, sent


def show(sent):
    return "\n".join(f"    sent {data[:SHOWN]!r}{'...' if len(data) > SHOWN else ''}\n"
                     f"    got  {answer.status} {answer.body[:300]!r}" for data, answer in sent)


class Batch:
    """What the plugin let pass since things were last inspected, and the daemon accepted or not."""

    def __init__(self, daemon):
        self.daemon, self.passed = daemon, []

    def close(self):
        """Everything dangerous that exists now; then it is gone."""
        found = list(self.daemon.existing())
        self.daemon.remove(found)
        self.daemon.restock()
        passed, self.passed = self.passed, []
        return [one for one in found if one.reasons], passed, {one.key for one in found}


def controlled(requests, thorough):
    """A start takes seconds, and its settings are those of create: some of them show that it takes them."""
    kinds = requests.kinds()
    starts = [one for one in kinds if one[1] == requests.by_start]
    left_out = [] if thorough else requests.rng.sample(starts, len(starts) - STARTS)
    return [one for one in kinds if one not in left_out]


def control(daemon, requests, thorough):
    """Without the plugin each danger must be seen through each door. How many of the odd spellings work."""
    batch = Batch(daemon)
    for kind, door, danger, _ in controlled(requests, thorough):
        for _ in range(ATTEMPTS):
            _, sent = send(asks.Variant(kind, door(danger), True))
            if batch.close()[0]:
                break
        else:
            raise engine.Failure(f"without the plugin, nothing dangerous came of `{kind}`:\n{show(sent)}")
    worked, sent = 0, THOROUGH_CONTROLS if thorough else CONTROLS
    for _ in range(sent):
        send(requests.dangerous())
        worked += bool(batch.close()[0])
    if worked * 5 < sent:
        raise engine.Failure(f"only {worked} of {sent} variants had their effect without the plugin")
    return f"{worked} of {sent}"


class Referee:
    def __init__(self, daemon, requests):
        self.batch, self.requests = Batch(daemon), requests
        self.sent, self.denied = Counter(), Counter()  # by door
        self.refused = self.accepted = self.harmless = self.misjudged = self.escapes = self.mistakes = 0

    def dangerous(self):
        variant = self.requests.dangerous()
        door = variant.kind.split()[0]
        ending, sent = send(variant)
        self.sent[door] += 1
        if not variant.shown and ending != "denied":
            self.escapes += 1
            self.complain(f"escape: what cannot be seen was {ending}: {variant.kind}\n{show(sent)}")
        elif ending == "denied":
            self.denied[door] += 1
        elif ending == "refused":
            self.refused += 1
        else:
            self.accepted += 1
        if ending != "denied":
            self.batch.passed.append((variant, sent))

    def plain(self):
        variant = self.requests.harmless()
        ending, sent = send(variant)
        self.harmless += 1
        if ending == "accepted":
            self.batch.passed.append((variant, sent))
        else:
            self.misjudged += 1
            self.complain(f"a harmless request was {ending}: {variant.kind}\n{show(sent)}")

    def complain(self, text):
        self.mistakes += 1
        if self.mistakes <= 20:
            print(text)

    def inspect(self):
        escapes, passed, keys = self.batch.close()
        for escape in escapes:
            self.escapes += 1
            traces = [one for one in passed if traced(escape, one[1])] or passed
            shown = "\n".join(f"  {variant.kind}\n{show(sent)}" for variant, sent in traces[:5])
            self.complain(f"escape: {escape.kind} {escape.name}: {'; '.join(escape.reasons)}; after\n{shown}")
        for variant, sent in passed:
            made = made_by(sent)
            if not variant.dangerous and made and made not in keys:
                self.complain(f"a harmless request made nothing: {variant.kind}\n{show(sent)}")

    def run(self, count):
        for i in range(count):
            self.dangerous()
            if i % 10 == 0:
                self.plain()
            if i % BATCH == BATCH - 1:
                self.inspect()
        self.inspect()

    def sound(self):
        """Whether all is well, and enough has been denied to say so."""
        for door, count in self.sent.items():
            if count >= ENOUGH and self.denied[door] * 3 < count:
                self.complain(f"only {self.denied[door]} of {count} were denied by the plugin at the door `{door}`")
        return self.mistakes == 0

    def summary(self):
        harmless = f"{self.misjudged} not accepted" if self.misjudged else "all accepted"
        return (f"{self.sent.total()} dangerous sent, {self.denied.total()} refused by the plugin, {self.refused} by "
                f"the daemon, {self.accepted} accepted{'' if self.escapes else ' and harmless'}; {self.harmless} "
                f"harmless sent, {harmless}; {self.escapes} escapes")


def made_by(sent):
    """The id, or name, of what the last request says it made."""
    try:
        made = sent[-1][1].json()
    except ValueError:
        return None
    return (made.get("Id") or made.get("ID") or made.get("Name")) if isinstance(made, dict) else None


def traced(escape, sent):
    return any(escape.key.encode() in data + answer.body or escape.name.encode() in data for data, answer in sent)


def referee(options):
    daemon = engine.Engine()
    requests = asks.Asks(random.Random(options.seed), daemon)
    dangers.make_places()
    daemon.make_image()
    daemon.enforce([])
    daemon.prepare()
    Batch(daemon).close()
    worked = control(daemon, requests, options.thorough)
    print(f"effect referee: without the plugin, every danger through every door was seen, and {worked} variants had "
          "their effect", flush=True)

    daemon.enforce(["cis-authz"])
    Batch(daemon).close()
    court = Referee(daemon, requests)
    court.run(options.count)
    print(f"effect referee: {court.summary()} (seed {options.seed})")
    return court.sound()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="dangerous variants to send (default: %(default)s)")
    parser.add_argument("--thorough", action="store_true", help="see more of them without the plugin, first")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other variants")
    try:
        return 0 if referee(parser.parse_args()) else 1
    except (engine.Failure, OSError) as failure:
        print(f"effect referee: {failure}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
