"""Zip archives for tests, and what the collecting sees in them."""

import zipfile
from pathlib import Path

from autograder.collecting import Tree, trees


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    """Write a zip archive with these contents by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def tree(tmp_path: Path, *names: str) -> Tree:
    """What a zip archive with these files holds; each file holds its own name."""
    return trees.zipped(zipfile.ZipFile(archive(tmp_path / "a.zip", {name: name for name in names})))
