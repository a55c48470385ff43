"""Why a change to what was said can be refused; each message is a Dutch sentence for the screen."""

from django.utils.translation import gettext


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


class NameTaken(ChangeRefused):
    """Somebody of that name is invited already, with another address."""

    def __init__(self) -> None:
        super().__init__("Deze naam staat al in de lijst. Wijzig die uitnodiging, of zet er iets bij wat de twee onderscheidt.")


class AlreadyAnswered(ChangeRefused):
    """What the invitation asked for has arrived."""

    def __init__(self) -> None:
        super().__init__("De reactie op deze uitnodiging is al ontvangen. Er verandert niets meer aan.")


class InvitationRevoked(ChangeRefused):
    """An officer took the invitation back."""

    def __init__(self) -> None:
        super().__init__(gettext("Deze uitnodiging is ingetrokken."))


class InvitationOver(ChangeRefused):
    """The invitation ran out, or its round has not opened or has closed."""

    def __init__(self) -> None:
        super().__init__(gettext("Deze uitnodiging is niet meer open."))


class NoAddress(ChangeRefused):
    """Nothing can be sent without an address."""

    def __init__(self) -> None:
        super().__init__("Vul eerst een e-mailadres in.")


class LiesForRelease(ChangeRefused):
    """A second person has the text before them: it does not change under their eyes."""

    def __init__(self) -> None:
        super().__init__(gettext("Deze tekst ligt bij een tweede persoon. Haal hem terug als u nog iets wilt veranderen."))


class NotOffered(ChangeRefused):
    """Nobody laid it before a second person, or it was taken back."""

    def __init__(self) -> None:
        super().__init__(gettext("Deze tekst ligt niet meer bij u. De schrijver haalde hem terug."))


class NeedsSecondPerson(ChangeRefused):
    """Who writes for a body does not release."""

    def __init__(self) -> None:
        super().__init__(gettext("Een tweede persoon geeft deze reactie vrij. Leg hem voor aan een collega."))


class SamePerson(ChangeRefused):
    """The address the invitation went to is that of the writer."""

    def __init__(self) -> None:
        super().__init__(gettext("Naar dit adres ging de uitnodiging. Vul het adres in van een tweede persoon."))


class AlreadyUndone(ChangeRefused):
    """The import was taken back, or never read in."""

    def __init__(self) -> None:
        super().__init__("Dit bestand is niet ingelezen, of het inlezen is al ongedaan gemaakt.")


class CannotGroup(ChangeRefused):
    """A group is made of two or more standing points that are in no other group."""

    def __init__(self) -> None:
        super().__init__("Deze punten kunnen niet bij elkaar: een is ingetrokken of staat in een andere groep. Bekijk de lijst opnieuw.")
