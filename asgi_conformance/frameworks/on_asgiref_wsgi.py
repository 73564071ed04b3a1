"""What WSGI can say of the contract, behind asgiref's adapter, which calls everybody in one and the same thread."""

from asgiref.wsgi import WsgiToAsgi
from wsgi_contract import one_at_a_time

app = WsgiToAsgi(one_at_a_time)
