"""Sins against an application that sends an illegal message in its lifespan (ASGI, "Error Handling")."""

from citizen.lifespan import Life
from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override


@mutant(breaks="lifespan.unsupported.continue")
def exits_when_the_application_dies_of_an_illegal_message(parts):
    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, InvalidMessage):
            self.life = Life.FAILED


@mutant(breaks="lifespan.shutdown.wait-complete")
def waits_for_any_message_when_it_stops(parts):
    @override(parts.lifespan, "send")
    async def send(original, self, message):
        stopping = self.life is Life.STOPPING
        try:
            await original(self, message)
        finally:
            if stopping:
                self.life = Life.DONE
                self.notify()


@mutant(breaks="lifespan.startup.unknown-message")
def stops_serving_after_an_illegal_message(parts):
    @override(parts.lifespan, "send")
    async def send(original, self, message):
        try:
            await original(self, message)
        except InvalidMessage:
            if self.life is Life.RUNNING:
                self.server.stop_accepting()
            raise
