"""Looking for words in what was said (Contribution.search)."""

import re

from django.contrib.postgres.search import SearchQuery


def words_starting(text: str, joined_by: str) -> SearchQuery:
    """Dutch words that begin with the words of the text, so that half a word finds too; all of them (' & ') or any (' | ').

    A text without a word finds nothing.
    """
    if not (query := joined(text, joined_by)):
        return SearchQuery("", config="dutch")  # finds nothing; of no words the other kind makes a fault
    return SearchQuery(query, config="dutch", search_type="raw")


def joined(text: str, by: str) -> str:
    """The words of the text, each as the beginning of a word, as to_tsquery() wants them: 'fiets:* & pad:*'; '' without a word."""
    return by.join(f"{word}:*" for word in re.findall(r"\w+", text))
