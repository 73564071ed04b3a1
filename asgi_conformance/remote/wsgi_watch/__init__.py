"""An observer between a WSGI server and a WSGI application: it hears of every breach of PEP 3333 that shows there.

    watched = Watch(application, report=print)

Standard library only, Python 3.8 and later: it runs wherever the application does. Nothing is raised into either side
unless `report` raises. What passes is not changed as far as PEP 3333 lets anybody notice: `wsgi.input`, `wsgi.errors`,
`wsgi.file_wrapper` and the result are wrapped; a result keeps its length and its truth, a list or tuple without a fault
and what `wsgi.file_wrapper` made are passed on as they are, and so is what `start_response` returns that is no `write`.

What lies on the wire or in another process cannot be seen from here, and what might be the client's doing (a body that
ends early, an iteration that is given up) is nobody's breach.

It is `wsgi_watch` beside an application and `asgi_conformance.remote.wsgi_watch` in the lint: its modules import each
other relatively.
"""

from .breach import Breach
from .listener import Call
from .watch import OWN, Watch

__all__ = ["OWN", "Breach", "Call", "Watch"]
