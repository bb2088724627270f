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
