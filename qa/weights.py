"""The shipped weights: where they stand, and whether they are the files that were released."""

import hashlib
import json
from functools import cache
from pathlib import Path

from index.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"
LARGE_WEIGHTS = WEIGHTS / "large"
LARGE_VERIFIER_WEIGHTS = WEIGHTS / "large-verifier"
MANIFEST = "manifest.json"


def weights_there(folder: Path | None = None) -> bool:
    """Whether a reader's weights stand in `folder` (default: those shipped)."""
    return ((folder or WEIGHTS) / MANIFEST).is_file()


def manifest(folder: Path | None = None) -> dict[str, str]:
    """Return the sha256 of each file of the weights, by name.

    Raises:
        ModelError: there is no manifest, or it cannot be read.
    """
    path = (folder or WEIGHTS) / MANIFEST
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except FileNotFoundError as error:
        raise ModelError(
            f"no reader weights: looked for {path}; reinstall the package, or use --reader sentence"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is damaged ({error}); reinstall the package") from error


def sound(folder: Path) -> bool:
    """Whether all files of a weights folder are there as its manifest names them."""
    try:
        files = manifest(folder)
        return all((folder / name).is_file() and sha256_of(folder / name) == files[name] for name in files)
    except (ModelError, OSError):
        return False


def checked_file(name: str, folder: Path | None = None) -> Path:
    """Return the path of one weights file after checking its sha256 (once in a process).

    Raises:
        ModelError: missing, or not the file that the manifest names.
    """
    folder = folder or WEIGHTS
    expected = manifest(folder).get(name)
    path = folder / name
    if expected is None or not path.is_file():
        raise ModelError(f"{name} is missing: looked for {path}; reinstall the package")
    if sha256_of(path) != expected:
        raise ModelError(f"{path} is not the file that was released (sha256 differs); reinstall the package")
    return path


def write_manifest(folder: Path) -> None:
    """Write the manifest of all files in `folder`."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != MANIFEST)
    record = {"files": {name: _digest(folder / name) for name in names}}
    (folder / MANIFEST).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def _digest_of(path: Path, size: int, changed: int) -> str:
    return _digest(path)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, remembered while its size and time of change stay the same."""
    status = path.stat()
    return _digest_of(path, status.st_size, status.st_mtime_ns)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
