"""The ways of writing one and the same request: as clients do, and as no client would.

A trick changes a draft. Most leave what the daemon reads as it is; some make it refuse the request, which is no
harm. Where a trick needs to know what the request is about, it goes by `hot`: the keys that lead there.
"""

import json
from dataclasses import dataclass, field


class Raw(str):
    """JSON that is written already."""


class Obj:
    """A JSON object, whose keys may stand twice."""

    def __init__(self, pairs):
        self.pairs = [list(pair) for pair in pairs]

    def pair(self, key):
        return next(pair for pair in self.pairs if pair[0] == key)

    def index(self, pair):
        return next(i for i, one in enumerate(self.pairs) if one is pair)


def tree(value):
    """Dicts become objects that tricks can work on."""
    if isinstance(value, dict):
        return Obj((key, tree(item)) for key, item in value.items())
    if isinstance(value, list):
        return [tree(item) for item in value]
    return value


@dataclass
class Draft:
    method: str
    path: str
    query: list = field(default_factory=list)
    body: object = None  # Obj, or bytes
    hot: list = field(default_factory=list)  # (object, pair within it), outermost first
    version: str = "v1.41"
    media: str = "application/json"

    origin: str = ""
    tail: str = ""  # of the target
    comma: str = ", "
    before: bytes = b""
    after: bytes = b""
    headers: list = field(default_factory=list)
    types: list = None
    framing: str = "length"
    protocol: str = "HTTP/1.1"

    def heat(self, keys):
        at = self.body
        for key in keys:
            self.hot.append((at, at.pair(key)))
            at = self.hot[-1][1][1]


# --- The body -------------------------------------------------------------------------------------


def respell(draft, rng, spell):
    pair = rng.choice(draft.hot)[1]
    if not isinstance(pair[0], Raw):
        pair[0] = spell(pair[0])


def key_case(draft, rng):
    def mixed(key):
        return "".join(rng.choice((c.upper(), c.lower())) for c in key)

    respell(draft, rng, rng.choice([str.lower, str.upper, str.swapcase, mixed]))


def key_folding(draft, rng):
    respell(draft, rng, lambda key: "".join({"s": "\u017f", "k": "\u212a"}.get(c.lower(), c) for c in key))


def escaped(text, rng):
    return Raw('"' + "".join(f"\\u{ord(c):04x}" if rng.random() < 0.3 else json.dumps(c)[1:-1] for c in text) + '"')


def key_escapes(draft, rng):
    respell(draft, rng, lambda key: escaped(key, rng))


def escape_values(draft, rng):
    def change(value):
        if isinstance(value, Obj):
            for pair in value.pairs:
                pair[1] = change(pair[1])
        elif isinstance(value, list):
            value[:] = [change(item) for item in value]
        elif isinstance(value, str) and not isinstance(value, Raw):
            return escaped(value, rng)
        return value

    change(draft.body)


def harmless_like(value):
    """What may stand in another value's place and asks for nothing."""
    for kind, empty in (bool, False), (str, ""), (list, []), (Obj, Obj([])):
        if isinstance(value, kind):
            return empty
    return None


def twice(draft, rng):
    """A key again, with a value that asks for nothing: whoever looks at the wrong one sees no harm."""
    at, pair = rng.choice(draft.hot)
    i = at.index(pair)
    other = [rng.choice([pair[0], pair[0].lower(), pair[0].upper()]), rng.choice([harmless_like(pair[1]), None])]
    at.pairs.insert(rng.choice([0, i, i + 1, len(at.pairs)]), other)


def split(draft, rng):
    """An object in two halves, which the daemon merges."""
    level = rng.randrange(len(draft.hot))
    at, pair = draft.hot[level]
    if not isinstance(pair[1], Obj):
        return
    i, pairs = at.index(pair), pair[1].pairs
    cut = rng.randint(0, len(pairs))
    at.pairs[i:i + 1] = [[pair[0], Obj(pairs[:cut])], [pair[0].lower(), Obj(pairs[cut:])]]
    draft.hot = draft.hot[:level]


def reuse_elements(draft, rng):
    """A second list, whose elements begin with what the first one left there."""
    at, pair = draft.hot[-1]
    if not isinstance(pair[1], list) or not pair[1]:
        return
    second = Obj([["Target", "/mnt/other"]]) if isinstance(pair[1][0], Obj) else None
    again = [pair[0], [second] * len(pair[1])]
    at.pairs += rng.choice([[again], [again], [[pair[0], []], again]])


def top_level(draft, rng):
    """Older engines take the fields of HostConfig beside it."""
    at, pair = draft.hot[0]
    if pair[0] != "HostConfig":
        return
    del at.pairs[at.index(pair)]
    at.pairs += pair[1].pairs
    if rng.random() < 0.2:
        at.pairs.append(["HostConfig", None])
    draft.hot = [(at, inner) if i == 0 else (outer, inner) for i, (outer, inner) in enumerate(draft.hot[1:])]


def bare_string(draft, rng):
    pair = draft.hot[-1][1]
    if isinstance(pair[1], list) and pair[1] and isinstance(pair[1][0], str):
        pair[1] = rng.choice(pair[1])


def decoy(draft, rng):
    """Keys that the daemon does not know, with another reading of the request in them."""
    at, (key, value) = rng.choice(draft.hot)
    name = rng.choice(["Config", "Resources", f"{key}\0", f"{key} ", f" {key}", f"{key}\u0307", key[:-1], f"x-{key}"])
    at.pairs.insert(rng.choice([0, len(at.pairs)]), [name, rng.choice([value, harmless_like(value)])])


def oddities(draft, rng):
    """Values that strict readers refuse and Go accepts, where they do not matter."""
    texts = ['"\udcff"', '"\\ud800"', '"\\u0000"', '"\x7f"']
    others = ["[" * 100 + "]" * 100, "[" * 9000 + "]" * 9000, "1e400", "-0", str(1 << 64)]
    pair = rng.choice([["Comment", Raw(rng.choice(others))], ["labels", Obj([["a", Raw(rng.choice(texts))]])]])
    draft.body.pairs.insert(rng.choice([0, len(draft.body.pairs)]), pair)


def wrong_type(draft, rng):
    level = rng.randrange(len(draft.hot))
    pair = draft.hot[level][1]
    pair[1] = rng.choice([1, "true", [], [[pair[1]]], Raw("1e0")])
    draft.hot = draft.hot[:level]


def shuffle(draft, rng):
    for at, _ in draft.hot:
        rng.shuffle(at.pairs)


def nulls(draft, rng):
    """What clients send for settings that were not given."""
    unset = rng.choice(["Healthcheck", "ExposedPorts", "OnBuild"])
    if draft.path == "/containers/create" and all(pair[0] != unset for pair in draft.body.pairs):
        draft.body.pairs.insert(0, [unset, None])


def trailing(draft, rng):
    draft.after = rng.choice([b"{}", b"]", b"}", b"null", b" junk", b"\0", b'{"HostConfig":{}}', b"\n\n"])


def leading(draft, rng):
    draft.before = rng.choice([b"\xef\xbb\xbf", b"\n\t ", b"\v", b"{}", b"//\n", b"\0"])


def blanks(draft, rng):
    draft.comma = rng.choice([",", " ,\n\t", ",\r\n   "])
    draft.before = rng.choice([b"", b" \n", b"\t"])


def padding(draft, rng):
    if rng.random() < 0.1:  # costs as much as twenty others
        side = rng.choice(["before", "after"])
        setattr(draft, side, b" " * (1 << 20))


# --- The head -------------------------------------------------------------------------------------

VERSIONS = ["v1.41.", "v01.041", "v1.41.0", "v1.40", "v1.25", "v1.24", "v1.23", "v1.12", "v1.18", "v1", "v.", "v2",
            "v1.99", "V1.41", "", "", "v1..41", "%76%31.41", "v1%2e41", "v1.41/v1.41"]
TYPES = [["application/json; charset=utf-8"], ["APPLICATION/JSON"], [" application/json\t"], ["application/json;"],
         ["application/json;charset"], ["application/json;a=1;a=2"], ["application/json, text/plain"], ["text/json"],
         ["text/plain"], [""], [], [], ["application/x-www-form-urlencoded"], ["multipart/form-data; boundary=x"],
         ["application/json", "text/plain"], ["text/plain", "application/json"], ["application/x-tar"],
         ["application/json", "application/x-www-form-urlencoded"], ["application/json", ""]]
HEADERS = [("X-HTTP-Method-Override", "GET"), ("Content-Encoding", "gzip"), ("X-Original-URL", "/_ping"),
           ("Upgrade", "h2c"), ("Content-Type", "application/json"), ("Content-Type", "text/plain"),
           ("Content-Length", "0"), ("Transfer-Encoding", "identity"), ("X-Registry-Auth", "e30=")]


def version(draft, rng):
    draft.version = rng.choice(VERSIONS)


def content_type(draft, rng):
    draft.types = rng.choice(TYPES)


def header(draft, rng):
    draft.headers.append(rng.choice(HEADERS))


def framing(draft, rng):
    draft.framing = rng.choice(["chunked", "chunked", "Chunked", "both", "none", "short"])


def protocol(draft, rng):
    draft.protocol = "HTTP/1.0"


def hide(draft, rng):
    """The daemon reads by the first type, shows the last, and leaves out what is larger than 1 MiB."""
    draft.types = [draft.media, rng.choice(["", "", "text/plain"])]
    draft.framing = rng.choice(["chunked", "chunked", "length"])
    if isinstance(draft.body, Obj) and rng.random() < 0.3:  # costs as much as twenty others
        draft.before = b" " * (1 << 20)


def encode_path(draft, rng):
    draft.path = "".join(f"%{ord(c):02{rng.choice('xX')}}" if rng.random() < 0.2 else c for c in draft.path)


def unclean_path(draft, rng):
    at = rng.choice([0] + [i for i, c in enumerate(draft.path) if c == "/"])
    piece = rng.choice(["/", "/.", "/x/..", "/%2e", "/x%2f..", "%2f", "/%2e%2e", "\\", "/;", "//"])
    draft.path = draft.path[:at] + piece + draft.path[at:]


def path_end(draft, rng):
    draft.path += rng.choice(["/", "//", "/.", ";x=1", "%20", "%00", "%2f", "\xc3\xa9", "%ff", "/json", "/start"])


def absolute(draft, rng):
    draft.origin = rng.choice(["http://docker", "https://a.b:1", "unix://", "http://u@h", "HTTP://h", "http:", "//h"])


def query_trick(draft, rng):
    draft.tail = rng.choice(["x=/auth", "x=#%zz", "#%zz", "#", "x=;y", "name=a&name=b", "NAME=x", "x=%zz", "x=%00",
                             "t=a&t=b", "/auth", "x=%0a", "x=\\", "x=?y", "&&", "=", "x=/v1.41/auth"])


def plain_version(draft, rng):
    draft.version = rng.choice(["", f"v1.{rng.randint(25, 41)}"])


def plain_type(draft, rng):
    draft.types = [rng.choice(["application/json; charset=utf-8", "application/json;charset=UTF-8"])]


def plain_chunks(draft, rng):
    draft.framing = "chunked"


BODY_TRICKS = [key_case, key_folding, key_escapes, escape_values, twice, twice, split, reuse_elements, top_level,
               bare_string, decoy, oddities, wrong_type, shuffle, nulls, trailing, leading, blanks, padding]
HEAD_TRICKS = [version, version, content_type, content_type, header, framing, framing, hide, protocol, encode_path,
               unclean_path, path_end, absolute, query_trick, query_trick]
PLAIN_BODY = [shuffle, nulls, blanks, key_case, escape_values]
PLAIN_HEAD = [plain_version, plain_type, plain_chunks]


def apply(draft, rng, body_tricks, head_tricks, most):
    for _ in range(rng.randint(0, most)):
        on_body = isinstance(draft.body, Obj) and rng.random() < 0.6
        trick = rng.choice(body_tricks if on_body else head_tricks)
        if on_body and not draft.hot:
            continue  # an earlier trick has taken apart what this one would change
        trick(draft, rng)


# --- The bytes ------------------------------------------------------------------------------------


def written(value, comma):
    if isinstance(value, Obj):
        pairs = (f"{written(key, comma)}: {written(item, comma)}" for key, item in value.pairs)
        return "{" + comma.join(pairs) + "}"
    if isinstance(value, list):
        return "[" + comma.join(written(item, comma) for item in value) + "]"
    if isinstance(value, Raw):
        return value
    return json.dumps(value, ensure_ascii=False)


def body_bytes(draft):
    if not isinstance(draft.body, Obj):
        return draft.body or b""
    return draft.before + written(draft.body, draft.comma).encode("utf-8", "surrogateescape") + draft.after


def chunks(body):
    middle = len(body) // 2
    pieces = [piece for piece in (body[:middle], body[middle:]) if piece]
    return b"".join(b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def frame(draft, body):
    """The headers that tell where the body ends, and the body."""
    length = ("Content-Length", str(len(body)))
    if draft.framing in ("chunked", "Chunked"):
        return [("Transfer-Encoding", draft.framing)], chunks(body)
    if draft.framing == "both":
        return [("Transfer-Encoding", "chunked"), length], chunks(body)
    if draft.framing == "none":
        return [], body
    if draft.framing == "short":
        return [("Content-Length", str(len(body) // 2))], body
    return [length], body


def target(draft):
    text = draft.origin + (f"/{draft.version}" if draft.version else "") + draft.path
    query = "&".join(f"{name}={value}" for name, value in draft.query)
    query = "&".join(part for part in (query, draft.tail) if part)
    return text + (f"?{query}" if query else "")


def render(draft):
    body = body_bytes(draft)
    types = draft.types if draft.types is not None else [draft.media] if body else []
    framing_headers, body = frame(draft, body)
    headers = [("Host", "docker"), ("Connection", "close"), *(("Content-Type", one) for one in types),
               *framing_headers, *draft.headers]
    head = [f"{draft.method} {target(draft)} {draft.protocol}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
