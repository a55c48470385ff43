"""The command that has a paper made and writes it to a file. With a real worker it runs in test_faults.py."""

import hashlib
import json

from django.core.management import CommandError, call_command

import pytest

from ivp_portal.organisation.access import inside
from reports.models import Report


def make(document: str, out, *, area: str = "blaricum", period: str = "2027-2030") -> None:
    call_command("make_report", document, area=area, period=period, out=out)


@pytest.mark.django_db(transaction=True)  # what is enqueued runs when the request is committed
def test_the_last_line_says_what_was_written(plan, overlast, tmp_path, capsys):
    out = tmp_path / "afwegingstabel.pdf"
    out.write_bytes(b"an older one")
    make("afwegingstabel", out)
    said = capsys.readouterr()
    outcome = json.loads(said.out.splitlines()[-1])
    assert set(outcome) == {"sha256", "pages", "seconds"}
    assert outcome["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert outcome["pages"] >= 1
    assert "ready" in said.err
    make("afwegingstabel", out)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["sha256"] == outcome["sha256"], "the same plan, the same bytes"
    with inside(plan.area):
        assert Report.objects.count() == 2, "each made anew"
    assert [path.name for path in tmp_path.glob("*.pdf*")] == ["afwegingstabel.pdf"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"area": "blarikum"}, "There is no municipality 'blarikum'."),
        ({"area": "gooi-en-vechtstreek"}, "There is no municipality 'gooi-en-vechtstreek'."),
        ({"area": "hilversum"}, "Hilversum has no plan '2027-2030'. There is: none at all."),
        ({"period": "2023-2026"}, "Blaricum has no plan '2023-2026'. There is: 2027-2030."),
        ({"document": "raadsvoorstel"}, "Er is nog geen raadsvoorstel bij dit plan."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(plan, tmp_path, asked, answer):
    with pytest.raises(CommandError, match=answer):
        make(**({"document": "ivp", "out": tmp_path / "paper.pdf"} | asked))
    with inside(plan.area):
        assert not Report.objects.exists()


def test_a_folder_that_is_not_there_is_said_before_anything_is_made(plan, tmp_path):
    with pytest.raises(CommandError, match="mkdir -p"):
        make("ivp", tmp_path / "nowhere" / "paper.pdf")
    with inside(plan.area):
        assert not Report.objects.exists()
