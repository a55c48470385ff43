"""Why a change to what was said can be refused; each message is a Dutch sentence for the screen."""


class ChangeRefused(Exception):
    """The change cannot be made any more. The message is a Dutch sentence for the screen."""


class RoundFrozen(ChangeRefused):
    """The round's plan was adopted: nothing can be added or changed."""

    def __init__(self) -> None:
        super().__init__("Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af.")


class AlreadyWithdrawn(ChangeRefused):
    """Somebody took the contribution out: its text stays as it was."""

    def __init__(self) -> None:
        super().__init__("Dit punt is ingetrokken. De tekst blijft zoals hij was.")


class TitleTaken(ChangeRefused):
    """The area has another round of that name."""

    def __init__(self) -> None:
        super().__init__("Er is al een ronde met deze titel. Kies een andere, bijvoorbeeld met het jaar erbij.")
