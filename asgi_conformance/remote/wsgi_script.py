"""What mod_wsgi loads, by its path: the application that the environment of Apache names, as `module:attribute`."""

import importlib
import os

_module, _, _attribute = os.environ["ASGI_CONFORMANCE_WSGI_TARGET"].partition(":")
application = importlib.import_module(_module)
for _name in _attribute.split("."):
    application = getattr(application, _name)
