"""The language in an address, as a word of that language: /blaricum/meedoen/… and /blaricum/take-part/…"""

WORDS = {"nl": "meedoen", "en": "take-part"}
LANGUAGES = {word: language for language, word in WORDS.items()}


class SayConverter:
    regex = "|".join(LANGUAGES)

    def to_python(self, value: str) -> str:
        """The language this word invites in: 'nl' or 'en'."""
        return LANGUAGES[value]

    def to_url(self, value: str) -> str:
        """The word for that language. ValueError, which reverse() takes for "no such address", when nobody speaks it here."""
        if value not in WORDS:
            raise ValueError(f"{value!r} is not a language of the public pages.")
        return WORDS[value]
