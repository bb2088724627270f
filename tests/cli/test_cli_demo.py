"""The unattended demo, and the sample tree that it shows."""

import tempfile
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "sample_space"


def test_the_demo_shows_both_edits_arriving_and_a_sync_that_has_nothing_to_do(offline, monkeypatch, tmp_path):
    monkeypatch.setenv("CONFSYNC_DEMO_ONCE", "1")
    monkeypatch.setenv("CONFLUENCE_URL", "https://elsewhere.invalid")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = offline.anywhere("demo")
    assert done.code == 0, done.out + done.err
    assert "FAILED" not in done.out
    assert "0 of them writes" in done.out.splitlines()[-2]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "construct",
    [
        "\n[TOC]\n",
        "- [x] ",
        "> [!NOTE]",
        "> [!TIP]",
        "> [!IMPORTANT]",
        "> [!WARNING]",
        "> [!CAUTION]",
        "```bash",
        "```python",
        "```yaml",
        "```sql",
        "```json",
        "```mermaid",
        "```{=confluence}",
        "<details>",
        "<table>",
        "[^fetch]:",
        "data-status=",
        "<time datetime=",
        "\n$$\n",
        "~~",
        "|:---",
        ":tada:",
        "labels: [",
        "../data/gauges.csv",
        ".md#",
        ".svg",
        ".png",
    ],
)
def test_the_sample_shows_every_construct(construct):
    texts = "".join(path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*.md"))
    assert construct in texts


def test_the_sample_has_a_page_beside_its_folder_a_folder_with_an_index_and_one_without():
    assert (SAMPLE / "guide.md").is_file()
    assert (SAMPLE / "guide").is_dir()
    assert (SAMPLE / "operations" / "index.md").is_file()
    assert not (SAMPLE / "reference" / "index.md").exists()


@pytest.fixture
def pushed(empty):
    """The sample, pushed."""
    for path in SAMPLE.rglob("*"):
        if path.is_file():
            empty.write(path.relative_to(SAMPLE).as_posix(), path.read_bytes())
    assert empty.run("push").code == 0
    return empty


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        (
            "Tidewatch",
            [
                'ac:name="info"',
                'ac:name="status"',
                "<time ",
                'ri:filename="architecture.svg"',
                "<ac:caption>",
            ],
        ),
        ("User guide", ['ac:name="toc"', 'ri:filename="gauges.csv"', "text-align: center;"]),
        (
            "Install",
            ["<ac:task-list>", ">complete<", ">incomplete<", 'ac:name="tip"', "<![CDATA[", ">python<"],
        ),
        (
            "Your first alarm",
            ['ac:name="note"', 'ac:name="warning"', ">Important<", 'ac:name="expand"', "ac:emoticon"],
        ),
        ("Operations", ['ac:name="children"', ">mermaid<"]),
        ("Backup", ['rowspan="2"', 'colspan="2"', ">sql<"]),
        ("How the forecast is computed", ['ri:filename="tide-curve.png"', r"\sum_{i=1}^{n}"]),
        ("Troubleshooting (Operations)", ['ri:content-title="Troubleshooting"']),
    ],
)
def test_the_constructs_of_the_sample_arrive_as_what_they_are(pushed, title, parts):
    body = pushed.body(title)
    assert [part for part in parts if part not in body] == []
    assert not any(left in body for left in ("[!", "{=confluence}", ".md", "[TOC]"))


def test_pulling_the_pushed_sample_and_pushing_that_writes_nothing(pushed, tmp_path):
    other = type(pushed)(tmp_path / "other", pushed.sandbox, pushed._capfd)
    other.write("confsync.toml", pushed.read("confsync.toml"))
    assert other.run("pull").code == 0
    assert (other.root / "user-guide" / "install.md").is_file()
    assert list(other.root.rglob("tide-curve.png"))
    pushed.sandbox.requests.reset()
    done = other.run("push", "--json")
    assert done.code == 0
    assert pushed.sandbox.requests.writes == []
