"""The problems of a spreadsheet as a file for a spreadsheet program. Pure; no Django."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

HEADER = ("Rij", "Kolom", "Dit staat er", "Wat u kunt doen")


def as_csv(problems: Iterable[Mapping[str, Any]]) -> bytes:
    """All of them, as consultation.trial.told gives them: with ';' and in UTF-8 with a mark, as a Dutch Excel opens it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for problem in problems:
        cells = (problem["row"] or "", problem["column"] or "hele rij", problem["value"], problem["message"])
        writer.writerow([harmless(str(cell)) for cell in cells])
    return file.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A spreadsheet program calculates what begins like a formula, and a stranger may have written it: a quotation mark makes it text.

    A row number is only digits and stays a number.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
