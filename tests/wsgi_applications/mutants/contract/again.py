"""What any application may do wrong, done by a contract application."""

from wsgi_applications.mutants.app import bodies, calls, responses
from wsgi_applications.mutation import again

again(
    "contract/again",
    bodies.asks_the_log_for_a_terminal,
    bodies.closes_the_input,
    bodies.closes_the_log,
    bodies.logs_bytes,
    bodies.measures_its_bytes,
    bodies.misses_the_length,
    bodies.reads_whole_pages,
    bodies.rewinds_the_input,
    bodies.yields_byte_arrays,
    calls.decodes_chunks,
    responses.folds_a_value,
    responses.gives_lists_of_two,
    responses.has_two_spaces,
    responses.promises_less,
    responses.promises_more,
    responses.says_it_in_japanese,
    responses.sends_a_body_to_head,
    responses.tells_its_status_twice,
)
