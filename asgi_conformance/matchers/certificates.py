"""What servers tell of certificates: PEM, and distinguished names. Pure; what cannot be read raises ValueError."""

import binascii
import re

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----")

NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
"""Short names of RFC 4514, section 3, by the numbers that stand for them where an implementation knows none."""

KIND = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+")
HEX = re.compile(r"#(?:[0-9A-Fa-f]{2})+")
PAIR = re.compile(r'\\([\\"+,;<>=# ]|[0-9A-Fa-f]{2})|[^\\"+,;<>\0]')

RelativeName = tuple[tuple[str, str], ...]


def der(pem: str) -> bytes:
    """The one certificate in this text (RFC 7468)."""
    blocks = BLOCK.findall(pem)
    if len(blocks) != 1:
        raise ValueError(f"{len(blocks)} certificates in one text")
    content = binascii.a2b_base64(blocks[0])
    if not content:
        raise ValueError("an empty certificate")
    return content


def distinguished_name(text: str) -> tuple[RelativeName, ...]:
    """The relative names of an RFC 4514 string as they stand there, each a tuple of (attribute, value).

    Several spellings of one name (`\\+` and `\\2B`, `CN` and `cn` and `2.5.4.3`) come out the same.
    """
    return tuple(tuple(sorted(map(_attribute, _split(part, "+")))) for part in _split(text, ",")) if text else ()


def _split(text: str, separator: str) -> list[str]:
    """At the separators that are not escaped."""
    parts = [""]
    for piece in re.findall(r"\\.|.", text, re.DOTALL):
        if piece == separator:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _attribute(text: str) -> tuple[str, str]:
    kind, equals, value = text.partition("=")
    if not equals or not KIND.fullmatch(kind):
        raise ValueError(f"no attribute and value: {text!r}")
    return NAMES.get(kind, kind.upper()), _value(value)


def _value(text: str) -> str:
    if HEX.fullmatch(text):
        return bytes.fromhex(text[1:])[2:].decode("utf-8")  # behind tag and length, of a name that is not too long
    pieces = list(PAIR.finditer(text))
    if "".join(piece[0] for piece in pieces) != text:
        raise ValueError(f"a character that is not escaped: {text!r}")
    if text.startswith("#") or (pieces and " " in (pieces[0][0], pieces[-1][0])):
        raise ValueError(f"white space or a number sign that is not escaped: {text!r}")
    return b"".join(_octets(piece[1], piece[0]) for piece in pieces).decode("utf-8")


def _octets(escaped: str | None, piece: str) -> bytes:
    return bytes.fromhex(escaped) if escaped and len(escaped) == 2 else (escaped or piece).encode("utf-8")
