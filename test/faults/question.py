"""question.py - what the load asks: each question knows the only answer that is right."""

import base64
import json

PATH = "/AuthZPlugin.AuthZReq"


def http(body, path=PATH):
    """One call as the daemon makes it."""
    return b"POST %s HTTP/1.1\r\nHost: plugin\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)


def envelope(method, target, body=None, user=""):
    call = {"RequestMethod": method, "RequestUri": target, "User": user}
    if body is not None:
        call["RequestHeaders"] = {"Content-Type": "application/json"}
        call["RequestBody"] = base64.b64encode(json.dumps(body).encode()).decode()
    return json.dumps(call).encode()


class Question:
    def __init__(self, allow, words, body):
        self.allow = allow  # the right answer
        self.words = words  # which a denial must have in it
        self.body = body
        self.bytes = http(body)

    def is_right(self, answer):
        """Of the answer's body."""
        answer = json.loads(answer)
        return answer["Allow"] is self.allow and (self.allow or self.words in answer["Msg"])


def create(host_config, image="bb"):
    return {"Image": image, "Cmd": ["true"], "HostConfig": host_config}


CREATE = "/v1.41/containers/create"
DANGEROUS = [
    ("privileged", "POST", CREATE, create({"Privileged": True})),
    ("host-network", "POST", CREATE, create({"NetworkMode": "host"})),
    ("sensitive-mounts", "POST", CREATE, create({"Binds": ["/etc:/x"]})),
    ("exec-privileged", "POST", "/v1.41/containers/a/exec", {"Cmd": ["id"], "Privileged": True}),
]
HARMLESS = [
    ("GET", "/_ping", None),
    ("GET", "/v1.41/containers/json?all=1", None),
    ("POST", CREATE, create({"Memory": 1 << 26, "PidsLimit": 100})),
    ("POST", "/v1.41/containers/a/start", None),
]


def mixed(user):
    """Dangerous and harmless ones in turn, of a user by whom their records are found."""
    for (rule, *danger), harmless in zip(DANGEROUS, HARMLESS):
        yield Question(False, rule, envelope(*danger, user=user))
        yield Question(True, "", envelope(*harmless, user=user))


def padded(question, size):
    """The same question, with blanks before it to make it `size` bytes."""
    return Question(question.allow, question.words, question.body.rjust(size))
