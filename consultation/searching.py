"""Looking for words in what was said (Contribution.search)."""

import re

from django.contrib.postgres.search import SearchQuery


def words_starting(text: str, joined_by: str) -> SearchQuery:
    """Dutch words that begin with the words of the text, so that half a word finds too; all of them (' & ') or any (' | ').

    A text without a word finds nothing.
    """
    words = re.findall(r"\w+", text)
    if not words:
        return SearchQuery("", config="dutch")  # finds nothing; of no words the other kind makes a fault
    return SearchQuery(joined_by.join(f"{word}:*" for word in words), config="dutch", search_type="raw")
