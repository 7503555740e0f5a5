class DomainError(Exception):
    """L'opération n'a pas pu être faite."""

    # The docstring of a refusal is its message: French, for the person on the screen.
    # It says what happened, what was kept and what to do next.

    code = "refused"
    status = 409

    def __init__(self, message: str = "", **context: object) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))
        self.context = context
