"""The period of a plan in an address: 2027-2030."""


class PeriodConverter:
    regex = "20[0-9]{2}-20[0-9]{2}"

    def to_python(self, value: str) -> str:
        """As it stands: the plan's period."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value
