"""Sins against root_path (ASGI HTTP, "HTTP Connection Scope")."""

from citizen.mutation import mutant, override


@mutant(breaks="http.scope.root-path.type")
def has_a_slash_for_an_empty_root_path(parts):
    @override(parts.http, "root_path")
    def root_path(original, self):
        return original(self) or "/"


@mutant(breaks="http.scope.root-path.configured")
def ignores_the_configured_root_path(parts):
    @override(parts.http, "root_path")
    def root_path(original, self):
        return ""


@mutant(breaks="http.scope.root-path.prefix-of-path")
def strips_the_root_path_off_the_path(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return original(self, target).removeprefix(self.root_path())
