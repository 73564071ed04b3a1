# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""What is compared: facts of what a line saw, in plain values that do not change from one run to the next."""

import re

DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
VOLATILE = re.compile(r"0x[0-9a-fA-F]{4,}")
FOLDER = re.compile(r"/[^ ]*?/(?:asgi-conformance|kit)-[^/ ]+")
STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})(?: [^\r\n]*)?\Z")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\Z")
OPCODES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
PORTS = ("client", "server", "REMOTE_PORT", "SERVER_PORT", "HTTP_HOST")


# ---------------------------------------------------------------- values


def plain(value, depth=0):
    """The value as a literal can say it; what is not of an exact built-in type becomes a text that names its type."""
    kind = type(value)
    if value is None or kind in (bool, int, str, bytes) or (kind is float and abs(value) < 1e300):
        return value
    if depth < 12:
        if kind in (list, tuple):
            return kind(plain(item, depth + 1) for item in value)
        if kind is dict:
            return {plain(key, depth + 1): plain(item, depth + 1) for key, item in list(value.items())}
    name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
    try:
        text = repr(value)[:200]
    except Exception as error:  # noqa: BLE001 - whatever it is
        text = "its repr raises " + type(error).__name__
    return foreign(name, text)


def foreign(name: str, text: str) -> str:
    return f"<{name} {VOLATILE.sub('0x...', text)}>"


def without_ports(value):
    """Numbers of ports differ from run to run; that they are numbers, or text, does not."""
    if isinstance(value, (list, tuple)):
        return type(value)(without_ports(item) for item in value)
    if type(value) is int and value > 1023:
        return 1024
    if type(value) is str:
        return re.sub(r"(?<!\d)\d{4,5}(?!\d)", "PORT", FOLDER.sub("FOLDER", value))
    return value


def mapping_facts(found) -> dict:
    """Of a scope, an event or an environ: each key."""
    if not isinstance(found, dict):
        return {"value": found}
    return {f"[{key!r}]": without_ports(value) if key in PORTS else value for key, value in found.items()}


def value_facts(value) -> dict:
    """Of what an application's deed came to: an event, the events of a request body, or any other value."""
    if isinstance(value, dict) and set(value) == {"events", "body"}:
        kinds = [event.get("type") if isinstance(event, dict) else None for event in value["events"]]
        return {"body": value["body"], "types": list(dict.fromkeys(kinds))}  # how many events it takes is chance
    if isinstance(value, dict):
        return mapping_facts(value)
    return {"outcome": "returned", "value": value}


# ---------------------------------------------------------------- bytes that reach the client


def read_response(data, ended, to_head=False):
    """The first response in `data`, as a dict; `size`: how many bytes it takes, `more`: whether more has to come."""
    end = data.find(b"\r\n\r\n")
    lines = data[: max(end, 0)].split(b"\r\n")
    found = STATUS_LINE.match(lines[0])
    if end < 0 or not found:
        return {"status": None, "complete": False, "size": len(data), "more": not ended and end < 0}
    fields = [line.partition(b":") for line in lines[1:]]
    headers = [(name.lower(), value.strip(b" \t")) for name, _, value in fields]
    status = int(found.group(1))
    answer = {"status": status, "headers": headers, "head": data[:end], "body": b"", "trailers": []}
    size, state = _body(answer, data[end + 4 :], ended, to_head)
    size += end + 4
    return dict(answer, complete=state == "complete", more=state == "more", size=size, head_size=end + 4)


def _body(answer, data, ended, to_head):
    """How many bytes the body has taken, and whether it is `complete`, `cut` or waits for `more`."""
    lengths = [value for name, value in answer["headers"] if name == b"content-length"]
    codings = [value.lower() for name, value in answer["headers"] if name == b"transfer-encoding"]
    if to_head or answer["status"] < 200 or answer["status"] in (204, 304):
        return 0, "complete"
    if codings and codings[-1].endswith(b"chunked"):
        size, state = _chunks(answer, data)
        return size, "cut" if state == "more" and ended else state
    if not codings and lengths and lengths[0].isdigit():
        answer["body"] = data[: int(lengths[0])]
        whole = len(answer["body"]) == int(lengths[0])
        return len(answer["body"]), "complete" if whole else "cut" if ended else "more"
    answer["body"] = data
    return len(data), "complete" if ended else "more"


def _chunks(answer, data):
    position = 0
    while True:
        line = data.find(b"\r\n", position)
        found = CHUNK.match(data[position:line]) if line >= 0 else None
        if not found:
            return position, "more" if line < 0 else "cut"
        size, start = int(found.group(1), 16), line + 2
        if size == 0:
            return _trailers(answer, data, position, start)
        answer["body"] += data[start : start + size]
        if len(data) < start + size + 2:
            return len(data), "more"
        if data[start + size : start + size + 2] != b"\r\n":
            return position, "cut"  # it does not end where it says
        position = start + size + 2


def _trailers(answer, data, position, start):
    if data[start : start + 2] == b"\r\n":
        return start + 2, "complete"
    end = data.find(b"\r\n\r\n", start)
    if end < 0:
        return position, "more"
    answer["trailers"] = [tuple(line.split(b": ", 1)) for line in data[start:end].split(b"\r\n")]
    return end + 4, "complete"


def final_response(data, ended, to_head=False, wanted=None):
    """The first response that is not interim (1xx, but for 101) or has this status, where it begins, and every status
    so far."""
    position, statuses = 0, []
    while True:
        answer = read_response(data[position:], ended, to_head)
        statuses.append(answer["status"])
        interim = answer["status"] is not None and answer["status"] < 200 and answer["status"] != 101
        if not interim or answer["status"] == wanted:
            return answer, position, statuses
        position += answer["size"]


def frames(data):
    """The complete WebSocket frames at the beginning of `data`: (opcode, payload, whether it is the last, end)."""
    found, position = [], 0
    while len(data) - position >= 2:
        first, length, start = data[position], data[position + 1] & 127, position + 2
        if length > 125:
            width = 2 if length == 126 else 8
            if len(data) < start + width:
                break
            length, start = int.from_bytes(data[start : start + width], "big"), start + width
        start += 4 * (data[position + 1] >> 7)
        if len(data) < start + length:
            break
        position = start + length
        found.append((first & 15, data[start:position], bool(first & 128), position))
    return found


def wire_facts(data: bytes, end: str, to_head: bool = False) -> dict:
    """Of bytes that reached the client; `end`: `open`, `closed` or `reset`."""
    facts = {"connection": end}
    if not data.startswith(b"HTTP/"):
        whole = [frame for frame in frames(data) if frame[0] in OPCODES]
        if whole and whole[-1][3] == len(data):
            facts["frames"] = [(OPCODES[code] + ("" if fin else "..."), payload) for code, payload, fin, _ in whole]
        else:
            facts["bytes"] = DATE.sub(b"...", data)
        return facts
    answer, _, statuses = final_response(data, end != "open", to_head)
    facts.update(status=answer["status"], statuses=statuses, complete=answer["complete"])
    if answer["status"] is not None:
        steady = [(name, DATE.sub(b"...", value)) for name, value in answer["headers"]]
        facts.update(headers=steady, body=DATE.sub(b"...", answer["body"]), trailers=answer["trailers"])
        facts.update(head=DATE.sub(b"...", answer["head"]))
    return facts


# ---------------------------------------------------------------- how the client knows that it has heard enough
# Each is given the bytes that have come and whether the connection has ended, and says how many of them it takes;
# None: more has to come.


def response(data, ended, to_head=False):
    """A whole response; interim ones before it are passed over."""
    answer, start, _ = final_response(data, ended, to_head)
    return None if answer["more"] else start + answer["size"]


def response_to_head(data, ended):
    return response(data, ended, True)


def head(data, ended):
    answer, start, _ = final_response(data, False)
    if answer["status"] is None:
        return None if answer["more"] and not ended else len(data)
    return start + answer["head_size"]


def interim(status):
    """An interim response with this status, or what has come of the final one."""

    def found(data, ended):
        answer, start, _ = final_response(data, ended, wanted=status)
        return None if answer["status"] is None and answer["more"] else start + answer["size"]

    return found


def message(data, ended):
    """A WebSocket message or a close frame; pings and pongs are passed over."""
    return messages(1)(data, ended)


def messages(count):
    def several(data, ended):
        left = count
        for code, _, fin, end in frames(data):
            left -= code == 8 or (code < 8 and fin)
            if left == 0 or code == 8:
                return end
        return len(data) if ended else None

    return several


def control_frame(data, ended):
    """Any message or control frame."""
    found = frames(data)
    return found[0][3] if found else len(data) if ended else None


def anything(data, ended):
    """Whatever comes, but of a response no less than its head; or the end."""
    if b"HTTP/".startswith(data[:5]) and b"\r\n\r\n" not in data:
        return len(data) if ended else None
    return len(data) if data or ended else None


def no_more_than_pings(data, ended):
    found = frames(data)
    quiet = all(code in (9, 10) for code, _, _, _ in found) and len(data) == (found[-1][3] if found else 0)
    return len(data) if ended or not quiet else None


def the_end(data, ended):
    """The end of the connection."""
    return len(data) if ended else None


def contains(part):
    """These bytes, in however many chunks."""
    pattern = re.compile(rb"(?:\r\n[0-9A-Fa-f]+[^\r\n]*\r\n)?".join(re.escape(bytes([byte])) for byte in part))

    def found(data, ended):
        where = pattern.search(data)
        return where.end() if where else len(data) if ended else None

    return found


# ---------------------------------------------------------------- what an application has answered


def steady(value):
    """Without the times in it."""
    if isinstance(value, bytes):
        return DATE.sub(b"...", value)
    if isinstance(value, (list, tuple)):
        return type(value)(steady(item) for item in value)
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items()}
    return value


def answer_facts(events, end: str) -> dict:
    """Of what an application has sent in one call, and how that ended."""
    known = [event for event in events if isinstance(event, dict)]
    status = [event.get("status") for event in known if event.get("type") == "http.response.start"]
    parts = [event.get("body", b"") for event in known if event.get("type") == "http.response.body"]
    body = b"".join(part for part in parts if isinstance(part, bytes))
    kinds = [event.get("type") for event in known]
    fields = [event.get("headers") for event in known if "headers" in event]
    told = {"end": end, "status": status, "body": steady(body), "types": kinds, "headers": steady(fields)}
    return dict(told, events=steady(events), keys=[sorted(map(str, event)) for event in known])
