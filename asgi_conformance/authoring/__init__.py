"""Everything that a suite file may import: speakers, matchers, `case` and `each`. A suite file looks like this:

from asgi_conformance.authoring import app, case, client, requirement, response, scope

case(
    "A refused handshake is answered with 403",
    client.opens_websocket("/chat"),
    app.is_called(scope(type="websocket", path="/chat")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.close"}),
    client.gets(response(403), requirement("websocket.close.before-accept.403")),
)
"""

from asgi_conformance.acts import ClientCertificate, Tls
from asgi_conformance.authoring.cases import case, each, session
from asgi_conformance.authoring.expectations import (
    answer,
    anything,
    as_well_as,
    body_part,
    cancelled,
    close_frame,
    closed,
    conduct,
    documented,
    ended,
    event,
    fail,
    handshake,
    head,
    if_accepted,
    if_offered,
    interim,
    json_response,
    message,
    messages,
    never_called,
    no_message,
    not_accepted,
    not_offered,
    note,
    nothing,
    nothing_left,
    only_noted,
    only_warned,
    pending,
    pong,
    quiet,
    raises,
    reads_as_far_as,
    refused,
    rejects,
    response,
    returns,
    scope,
    silence,
    stream_reset,
    stream_response,
    stream_rest,
    truncated_response,
    unchanged,
    warn,
    where,
    whole_body,
)
from asgi_conformance.authoring.legal import legal_moves
from asgi_conformance.authoring.lines import requirement
from asgi_conformance.authoring.predicates import absent_or, any_of, either, made, these_fields
from asgi_conformance.authoring.properties import generated
from asgi_conformance.authoring.scopes import http_scope, lifespan_scope, websocket_scope
from asgi_conformance.authoring.speakers.app import App
from asgi_conformance.authoring.speakers.client import Client
from asgi_conformance.authoring.speakers.gateway import Gateway
from asgi_conformance.authoring.speakers.process import Process
from asgi_conformance.authoring.speakers.server import Server
from asgi_conformance.authoring.speakers.wsgi_app import WsgiApp
from asgi_conformance.authoring.wsgi import (
    block,
    both_sides,
    environ,
    exhausted,
    gives,
    kept_in_front,
    kept_inside,
    no_occasion,
    served_again,
    takes_two,
    used,
    wsgi_as_well_as,
    wsgi_conduct,
    wsgi_environ,
    wsgi_kept,
    wsgi_response,
)
from asgi_conformance.matchers.app import ABSENT, header_pairs, plain
from asgi_conformance.matchers.application import events_of
from asgi_conformance.matchers.certificates import der, distinguished_name
from asgi_conformance.matchers.wsgi_application import body_of as wsgi_body
from asgi_conformance.matchers.wsgi_application import fields_of as wsgi_fields
from asgi_conformance.matchers.wsgi_application import status_of as wsgi_status
from asgi_conformance.matchers.wsgi_calls import steps_of
from asgi_conformance.peers.http1 import Framing
from asgi_conformance.peers.websocket import Opcode
from asgi_conformance.script import Over

__all__ = [
    "ABSENT",
    "ClientCertificate",
    "Framing",
    "Opcode",
    "Over",
    "Tls",
    "absent_or",
    "answer",
    "any_of",
    "anything",
    "app",
    "as_well_as",
    "block",
    "body_part",
    "both_sides",
    "cancelled",
    "case",
    "client",
    "close_frame",
    "closed",
    "conduct",
    "der",
    "distinguished_name",
    "documented",
    "each",
    "either",
    "ended",
    "environ",
    "event",
    "events_of",
    "exhausted",
    "fail",
    "gateway",
    "generated",
    "gives",
    "handshake",
    "head",
    "header_pairs",
    "http_scope",
    "if_accepted",
    "if_offered",
    "interim",
    "json_response",
    "kept_in_front",
    "kept_inside",
    "legal_moves",
    "lifespan_scope",
    "made",
    "message",
    "messages",
    "never_called",
    "no_message",
    "no_occasion",
    "not_accepted",
    "not_offered",
    "note",
    "nothing",
    "nothing_left",
    "only_noted",
    "only_warned",
    "pending",
    "plain",
    "pong",
    "process",
    "quiet",
    "raises",
    "reads_as_far_as",
    "refused",
    "rejects",
    "requirement",
    "response",
    "returns",
    "scope",
    "served_again",
    "server",
    "session",
    "silence",
    "steps_of",
    "stream_reset",
    "stream_response",
    "stream_rest",
    "takes_two",
    "these_fields",
    "truncated_response",
    "unchanged",
    "used",
    "warn",
    "websocket_scope",
    "where",
    "whole_body",
    "wsgi_app",
    "wsgi_as_well_as",
    "wsgi_body",
    "wsgi_conduct",
    "wsgi_environ",
    "wsgi_fields",
    "wsgi_kept",
    "wsgi_response",
    "wsgi_status",
]

client = Client()
app = App()
process = Process()
server = Server()
wsgi_app = WsgiApp()
gateway = Gateway()
