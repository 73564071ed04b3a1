"""What start_response accepts (PEP 3333, "The start_response() Callable")."""

import re
from typing import Any, Final

STATUS: Final = re.compile(r"[2-5][0-9]{2} [\x20-\x7e\x80-\xff]*")
NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
DIGITS: Final = re.compile(r"[0-9]{1,18}")


class Rules:
    """Each method raises TypeError or ValueError while start_response runs."""

    hop_by_hop = frozenset(
        {
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "trailers",
            "transfer-encoding",
            "upgrade",
        }
    )

    def check(self, status: Any, headers: Any) -> None:
        self.check_status(status)
        self.check_list(headers)
        for header in headers:
            self.check_header(header)
            self.check_name(header[0])
            self.check_hop_by_hop(header[0])
            self.check_value(header[1])
        self.check_content_length([value for name, value in headers if name.lower() == "content-length"])

    def check_status(self, status: Any) -> None:
        if not isinstance(status, str):
            raise TypeError(f"the status is a str, not {status!r}")
        if not STATUS.fullmatch(status):
            raise ValueError(f"the status is a code from 200 to 599, a space and a phrase, not {status!r}")

    def check_list(self, headers: Any) -> None:
        if type(headers) is not list:
            raise TypeError(f"the headers are a list, not {headers!r}")

    def check_header(self, header: Any) -> None:
        if type(header) is not tuple or len(header) != 2:
            raise TypeError(f"a header is a tuple of name and value, not {header!r}")
        if not all(isinstance(part, str) for part in header):
            raise TypeError(f"name and value of a header are each a str, not {header!r}")

    def check_name(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"no name of a header: {name!r}")

    def check_value(self, value: str) -> None:
        if not VALUE.fullmatch(value):
            raise ValueError(f"no value of a header: {value!r}")

    def check_hop_by_hop(self, name: str) -> None:
        if name.lower() in self.hop_by_hop:
            raise ValueError(f"the server's affair, and not the application's: {name!r}")

    def check_content_length(self, values: list[str]) -> None:
        if len(values) > 1 or not all(DIGITS.fullmatch(value) for value in values):
            raise ValueError(f"no length of a body: {values!r}")
