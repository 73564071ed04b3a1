"""Sins with extensions (ASGI, "Extensions"; "Extensions" of each name; TLS)."""

from applications.changing import before, behind, changed, offered, with_keys
from applications.mutation import mutant

START, BODY, CLOSE = "http.response.start", "http.response.body", "websocket.close"
PUSH, ZERO_COPY, PATH = (f"http.response.{name}" for name in ("push", "zerocopysend", "pathsend"))
HINT, TRAILERS, DEBUG = (f"http.response.{name}" for name in ("early_hint", "trailers", "debug"))
DENIAL = "websocket.http.response"
KNOWN = {PUSH, ZERO_COPY, PATH, HINT, TRAILERS, DEBUG, DENIAL, "tls"}


@mutant(breaks=("common.extensions.app-optional", "http.scope.app-minimal", "tls.app.optional"))
def demands_extensions(application):
    return changed(application, kinds={"http"}, scope=lambda scope: PUSH in scope["extensions"])


@mutant(breaks="common.extensions.app-optional")
def takes_none_for_a_dict(application):
    return changed(application, scope=lambda scope: PUSH in scope.get("extensions", {}))


@mutant(breaks="common.extensions.app-ignores-unknown")
def knows_every_extension(application):
    def check(scope):
        if set(scope.get("extensions") or ()) - KNOWN:
            raise ValueError(scope["extensions"])

    return changed(application, scope=check)


@mutant(breaks="common.extensions.app-no-unadvertised")
def hints_unasked(application):
    return changed(application, sent=before(START, {"type": HINT, "links": []}))


@mutant(breaks="ext.debug.app-not-unadvertised")
def debugs_unasked(application):
    return changed(application, sent=before(START, {"type": DEBUG, "info": {}}))


@mutant(breaks="ext.debug.app-once-before-start")
def debugs_twice(application):
    twice = before(START, *[{"type": DEBUG, "info": {}}] * 2)
    return changed(application, kinds={"http"}, sent=offered(DEBUG, twice))


@mutant(breaks="ext.push.app-format")
def pushes_a_path_in_bytes(application):
    push = behind(START, {"type": PUSH, "path": b"/style.css", "headers": []})
    return changed(application, kinds={"http"}, sent=offered(PUSH, push))


@mutant(breaks="ext.zerocopysend.app-format")
def counts_the_offset_in_text(application):
    copied = behind(START, {"type": ZERO_COPY, "file": 0, "offset": "0", "count": 1, "more_body": True})
    return changed(application, kinds={"http"}, sent=offered(ZERO_COPY, copied))


@mutant(breaks="ext.pathsend.app-format")
def sends_a_relative_path(application):
    def sent(event, scope):
        return [{"type": PATH, "path": "file.txt"} if event["type"] == BODY else event]

    return changed(application, kinds={"http"}, sent=offered(PATH, sent))


@mutant(breaks="ext.early-hint.app-format")
def hints_in_text(application):
    hint = before(START, {"type": HINT, "links": ["</style.css>; rel=preload"]})
    return changed(application, kinds={"http"}, sent=offered(HINT, hint))


@mutant(breaks="ext.trailers.app-order")
def sends_trailers_before_the_body(application):
    early = behind(START, {"type": TRAILERS, "headers": []})
    return changed(application, kinds={"http"}, sent=offered(TRAILERS, early))


@mutant(breaks="ext.denial.app-order")
def closes_what_it_has_denied(application):
    denial = before(CLOSE, {"type": f"{DENIAL}.start", "status": 403, "headers": []}, {"type": f"{DENIAL}.body"})
    return changed(application, kinds={"websocket"}, sent=offered(DENIAL, denial))


@mutant(breaks="ext.denial.app-fallback")
def denies_unasked(application):
    def sent(event, scope):
        if event["type"] != CLOSE:
            return [event]
        return [{"type": f"{DENIAL}.start", "status": 403, "headers": []}, {"type": f"{DENIAL}.body"}]

    return changed(application, kinds={"websocket"}, sent=sent)


@mutant(breaks="tls.app.optional")
def demands_a_chain(application):
    def check(scope):
        tls = (scope.get("extensions") or {}).get("tls")
        return tls and tls["client_cert_chain"][:1]

    return changed(application, scope=check)


# --------------------------------------------------------------------------- versions


@mutant(breaks="common.version.app-respects")
def always_gives_a_reason(application):
    return changed(application, sent=with_keys(CLOSE, reason="nobody lives here"))


@mutant(breaks="websocket.accept.headers.app-version")
def always_has_headers(application):
    return changed(application, sent=with_keys("websocket.accept", headers=[(b"x-a", b"1")]))
