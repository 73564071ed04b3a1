"""What WSGI can say of the contract, behind a2wsgi's adapter."""

from a2wsgi import WSGIMiddleware
from wsgi_contract import application

app = WSGIMiddleware(application)
