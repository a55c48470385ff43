"""The code on a receipt: with it somebody finds the answer to what they said, and without it nobody does. Pure; no Django."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which look alike on paper
LENGTH = 12


def new_code() -> str:
    """Twelve letters and digits, chosen at random: 59 bits, so that trying them out leads nowhere."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str, place: str) -> str:
    """As it stands on the receipt, with the first letters of the place before it: 'BLA 7K3M 92QD 4XTP'."""
    parts = [code[at : at + 4] for at in range(0, len(code), 4)]
    return " ".join([place[:3].upper(), *parts])


def typed(text: str) -> str:
    """The code somebody typed over, with or without the place, the spaces and the capitals; empty when it can be none."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    code = letters[-LENGTH:]
    return code if len(letters) in (LENGTH, LENGTH + 3) and all(letter in ALPHABET for letter in code) else ""
