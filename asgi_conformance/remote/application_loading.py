"""Finds the application that is to be tested, and says in one line why it cannot be used.

Standard library only, Python 3.8 and later: it runs beside `application_host.py`.
"""

import importlib
import inspect
import traceback


class NotLoaded(Exception):
    """The application cannot be used; one line that says why."""


def load(target, factory, role, interface="asgi"):
    """The application, or the class or function that makes a middleware. Raises `NotLoaded`."""
    name, _, path = target.partition(":")
    try:
        found = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise NotLoaded(f"there is no module {error.name}")
        raise NotLoaded(f"module {name} cannot be imported: {in_a_line(error)}")
    except BaseException as error:  # noqa: BLE001 - whatever a module does while it is imported
        raise NotLoaded(f"module {name} cannot be imported: {in_a_line(error)}")
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise NotLoaded(f"module {name} has no attribute {path}")
    if not callable(found):
        raise NotLoaded(f"{target} is {_kind(found)}, which cannot be called")
    if role == "middleware":
        return found
    if factory:
        try:
            found = found()
        except BaseException as error:  # noqa: BLE001 - whatever a factory does
            raise NotLoaded(f"the factory {target} fails: {in_a_line(error)}")
        if not callable(found):
            raise NotLoaded(f"the factory {target} returns {_kind(found)}, which cannot be called")
    _check(found, interface)
    return found


def _check(application, interface):
    """Whether it can be called as ASGI 3 has it, or WSGI."""
    try:
        signature = inspect.signature(application, follow_wrapped=False)
    except (TypeError, ValueError):
        return
    if _binds(signature, 2 if interface == "wsgi" else 3):
        return
    if interface == "wsgi" and _binds(signature, 3):
        raise NotLoaded("it takes three arguments, as an ASGI application does; WSGI calls it with two")
    if _binds(signature, 2):
        raise NotLoaded("it takes two arguments, as a WSGI application does; ASGI calls it with three")
    if interface == "asgi" and _binds(signature, 1):
        what = "a class in the style of ASGI 2" if inspect.isclass(application) else "in the style of ASGI 2"
        raise NotLoaded(f"it takes one argument ({what}?); ASGI 3 calls it with three")
    if _binds(signature, 0):
        raise NotLoaded("it takes no argument; if it makes the application, add --asgi-app-factory")
    arguments = "environ and start_response" if interface == "wsgi" else "scope, receive and send"
    raise NotLoaded(f"it cannot be called with {arguments}: it takes {signature}")


def _binds(signature, count):
    try:
        signature.bind(*[None] * count)
    except TypeError:
        return False
    return True


def _kind(value):
    kind = type(value).__name__
    return "{} {}".format("an" if kind[:1] in "aeiou" else "a", kind)


def in_a_line(error):
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if len(frames) > 1 else ""
    return "{}: {}{}".format(type(error).__name__, " ".join(str(error).split())[:300], place)
