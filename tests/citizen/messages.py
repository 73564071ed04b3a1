"""What an application sends, checked before any of it takes effect (ASGI, "Error Handling")."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

Message = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
FORBIDDEN: Final = re.compile(rb"[\r\n\x00]")
LARGEST: Final = 2**63 - 1


class InvalidMessage(Exception):
    """The application sent what is not allowed here. Its fault; nothing of the message took effect."""


class Disconnected(OSError):
    """The connection of this call is closed (ASGI HTTP & WebSocket 2.4: `send` raises a subclass of OSError)."""


def is_disconnect(error: BaseException) -> bool:
    """Whether this is our own `Disconnected` coming back out of the application, alone or in a group."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_disconnect, error.exceptions))
    return isinstance(error, Disconnected)


class Messages:
    """Reads the values out of a message; whatever is missing or of a wrong type raises `InvalidMessage`."""

    def type_of(self, message: Message) -> str:
        if not isinstance(message, dict):
            raise InvalidMessage(f"a message is a dict, not {type(message).__name__}")
        return self.text_of(message, "type")

    def value_of(self, message: Message, key: str, kind: type, *default: Any) -> Any:
        """`message[key]`, of this kind; without a default the key is required."""
        if key not in message and default:
            return default[0]
        if key not in message:
            raise InvalidMessage(f"{message.get('type', 'message')!r} has no {key!r}")
        value = message[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InvalidMessage(f"{key!r} is {kind.__name__}, not {type(value).__name__}")
        return value

    def text_of(self, message: Message, key: str, *default: str) -> str:
        text: str = self.value_of(message, key, str, *default)
        return text

    def bytes_of(self, message: Message, key: str, *default: bytes) -> bytes:
        data: bytes = self.value_of(message, key, bytes, *default)
        return data

    def bool_of(self, message: Message, key: str) -> bool:
        """False when it is missing: every flag of the specification has that default."""
        flag: bool = self.value_of(message, key, bool, False)
        return flag

    def int_of(self, message: Message, key: str, *default: int) -> int:
        number: int = self.value_of(message, key, int, *default)
        if not -LARGEST - 1 <= number <= LARGEST:
            raise InvalidMessage(f"{key!r} does not fit into 64 bits")
        return number

    def headers_of(self, message: Message, *, required: bool = False) -> Headers:
        """Pairs of bytes, taken out of whatever iterables the application used, each of which is walked once."""
        if "headers" not in message and not required:
            return []
        return [self.header(pair) for pair in self.items_of(message, "headers")]

    def items_of(self, message: Message, key: str) -> Iterator[Any]:
        items: Iterable[Any] = self.value_of(message, key, object)
        try:
            return iter(items)
        except TypeError:
            raise InvalidMessage(f"{key!r} is no iterable") from None

    def header(self, pair: Any) -> tuple[bytes, bytes]:
        try:
            name, value = pair
        except (TypeError, ValueError):
            raise InvalidMessage(f"a header is a name and a value, not {pair!r}") from None
        self.check_name(name)
        self.check_value(value)
        return name, value

    def check_name(self, name: Any) -> None:
        """A token, which also refuses pseudo headers: they begin with a colon."""
        if not isinstance(name, bytes) or not TOKEN.fullmatch(name):
            raise InvalidMessage(f"{name!r} is no header name")

    def check_value(self, value: Any) -> None:
        if not isinstance(value, bytes) or FORBIDDEN.search(value):
            raise InvalidMessage(f"{value!r} is no header value")
