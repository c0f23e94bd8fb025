"""The command `article-qa collection`: many articles in one folder, asked together."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ArticleQAError, IndexFolderError
from ui.text import printable

if TYPE_CHECKING:
    from index.collection import Collection

collection_app = typer.Typer(
    no_args_is_help=True,
    help="Many articles in one folder, asked together: `article-qa ask QUESTION --index DIR`.",
    epilog="Example: `article-qa collection add news one.txt two.pdf`, then `article-qa ask ... --index news`",
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the collection.")]
Milvus = Annotated[
    str,
    typer.Option(
        "--milvus",
        envvar="ARTICLE_QA_MILVUS",
        metavar="URI",
        help="Keep the vectors in Milvus: http://HOST:19530, or a file ending in .db (extra `milvus`).",
    ),
]


@collection_app.command()
def add(
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Articles: txt, md, html, pdf or docx.")],
    milvus: Milvus = "",
) -> None:
    """Index articles and add them; nothing else is indexed again."""
    from index.encoder import SentenceEncoder
    from index.loading import load_article
    from index.retrieval import build_index

    encoder = SentenceEncoder()
    collection = open_collection(folder, milvus)
    failed = 0
    for file in files:
        try:
            member = collection.add(build_index(load_article(file), encoder))
        except ArticleQAError as error:
            typer.echo(printable(f"warning: {file} was not added: {error}"), err=True)
            failed += 1
        else:
            typer.echo(f"{member.number}  {printable(member.title or file.name)} (chunks: {member.chunks})")
    if failed:
        raise IndexFolderError(f"{failed} of {len(files)} files were not added; each line above says why")


@collection_app.command()
def remove(
    folder: Folder, number: Annotated[int, typer.Argument(help="Number of the article.")], milvus: Milvus = ""
) -> None:
    """Remove one article."""
    _check_is_there(folder)
    member = open_collection(folder, milvus).remove(number)
    typer.echo(f"{member.number}  {printable(member.title)} removed")


@collection_app.command("list")
def list_members(folder: Folder) -> None:
    """List the articles with their numbers."""
    _check_is_there(folder)
    collection = open_collection(folder)
    for member in collection.members:
        typer.echo(f"{member.number}  {printable(member.title)} (chunks: {member.chunks})")
    typer.echo(f"{folder}: articles: {len(collection.members)}, chunks: {sum(m.chunks for m in collection.members):,}")


def _check_is_there(folder: Path) -> None:
    from index.collection_content import is_collection

    if not is_collection(folder):
        raise IndexFolderError(f"{folder} is no collection; make one with `article-qa collection add {folder} FILE`")


def open_collection(folder: Path, milvus: str = "") -> "Collection":
    """Open a collection with the default encoder; with `milvus` its vectors are there.

    Raises:
        IndexFolderError: it is damaged, or Milvus cannot be used.
    """
    from index.collection import Collection
    from index.encoder import DIMENSIONS, SentenceEncoder

    encoder = SentenceEncoder()
    if not milvus:
        return Collection(folder, encoder)
    from index.milvus_store import MilvusStore

    # Milvus takes letters and digits only, and two folders may have one name.
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return Collection(folder, encoder, MilvusStore(milvus, DIMENSIONS, f"article_qa_{name}"))
