"""Sins against the debug extension, of which offering it is the only one a server can commit."""

from citizen.mutation import mutant


@mutant(breaks="ext.debug.not-in-servers")
def offers_the_debug_extension(parts):
    parts.http.offers_debug = True
