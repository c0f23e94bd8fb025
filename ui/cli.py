"""The command `article-qa`: each command calls a plain function and exits only at the edge."""

import json
import logging
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from index.errors import ArticleQAError
from qa.assistant import TOP_K
from qa.opening import Opener, builtin_article, reader_named
from ui.cache_command import cache
from ui.collection_command import Milvus, collection_app, open_collection

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Answer
    from qa.assistant import Assistant
    from qa.quiz.answering import AnswersQuiz

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Ask an article. Answers are the article's own words, with the paragraph and the exact place, "
    'or an honest "the article does not say". Everything runs on this machine.',
    epilog='Start with: `article-qa ask "How many troops were sent?"` (about the built-in briefing), '
    'then `article-qa ask "..." --article my-article.txt`, or `article-qa chat my-article.txt`.',
)

ArticleOption = Annotated[
    Path | None,
    typer.Option("--article", "-a", metavar="FILE", help="Article to ask (default: the built-in briefing)."),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="Index folder made by `article-qa index`, instead of --article."),
]
TopK = Annotated[int, typer.Option("--top-k", min=1, max=1000, metavar="N", help="How many chunks are read.")]
ReaderOption = Annotated[
    str,
    typer.Option(
        "--reader", metavar="NAME", help="small (trained), large (slower, needs packages: README), sentence (baseline)."
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say on standard error what is done, and when the cache is used.")
]
LogJson = Annotated[
    bool,
    typer.Option("--log-json", help="Log to standard error in JSON lines; questions by their hash (docs/logs.md)."),
]
LogQuestions = Annotated[bool, typer.Option("--log-questions", help="With --log-json, log their words as well.")]


@app.command(epilog='Example: `article-qa ask "When was the treaty signed?" --article news.txt`')
def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    article: ArticleOption = None,
    index: IndexOption = None,
    top_k: TopK = TOP_K,
    reader: ReaderOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object (docs/json-contract.md).")] = False,
    milvus: Milvus = "",
    log_json: LogJson = False,
    log_questions: LogQuestions = False,
    verbose: Verbose = False,
) -> None:
    """Answer one question, with confidence and citation; of a collection of articles, with the article's title."""
    from index.collection_content import is_collection
    from qa.assistant import checked_question

    checked_question(question)  # a bad question is refused before any model loads
    _one_source(article, index)
    opener = _opener(top_k, reader, verbose, log_json)
    if index and is_collection(index):
        ask_it: Callable[[str], Answer] = opener.collection(open_collection(index, milvus)).ask
    else:
        ask_it = _open(opener, article, index).ask
    if log_json:
        from ui.watching import logged

        answer = logged(ask_it, question, log_questions)
    else:
        answer = ask_it(question)
    if as_json:
        from qa.contract import answer_record

        print(json.dumps(answer_record(answer, "1"), ensure_ascii=False))
        return
    from ui.text import answer_text, printable

    if index and is_collection(index):
        print(f"{printable(answer.article.title or answer.article.source)}:")
    print(answer_text(answer))


@app.command(
    "index",
    epilog='Example: `article-qa index news.txt --output news.index`, then `article-qa ask "..." --index news.index`',
)
def index_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Article: txt, md, html, pdf or docx.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to (default: FILE.index).")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Index an article once, to ask it many times."""
    from index.encoder import SentenceEncoder
    from index.folder import save_index
    from index.loading import load_article
    from index.retrieval import build_index

    folder = output or file.with_name(file.name + ".index")
    article = load_article(file)
    _announcer(verbose)(f"{article.title or file.name}: {len(article.paragraphs)} blocks")
    built = build_index(article, SentenceEncoder())
    save_index(built, folder)
    numbered = sum(1 for paragraph in article.paragraphs if paragraph.number is not None)
    print(f"{folder}: {numbered} paragraphs, {len(built.chunks)} chunks")


@app.command(
    epilog="Examples: `article-qa batch questions.txt -a news.txt -o answers.jsonl`, "
    "`article-qa batch quiz.gift -a news.txt -o sheet.html` (a sheet to print), "
    "`article-qa batch quiz.xlsx -a news.txt -o answers.csv --resume`"
)
def batch(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS",
            help="One question a line, numbered text, CSV, JSON Lines, SQuAD, Moodle GIFT, Aiken or XML, or a Kahoot "
            "or Quizizz spreadsheet (docs/quiz-files.md).",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="OUT", help="Answers, in order: .jsonl, .csv, .md, .html, .gift or .aiken."
        ),
    ],
    article: ArticleOption = None,
    index: IndexOption = None,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help="Format of QUESTIONS (default: told from its content).")
    ] = "",
    output_form: Annotated[
        str, typer.Option("--output-format", metavar="NAME", help="Format of OUT (default: told from its name).")
    ] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Answer nothing if any row is bad.")] = False,
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="NAME", help="local, or ray: on the cluster of $RAY_ADDRESS (docs/scale.md)."),
    ] = "local",
    top_k: TopK = TOP_K,
    reader: ReaderOption = "",
    log_json: LogJson = False,
    log_questions: LogQuestions = False,
    verbose: Verbose = False,
) -> None:
    """Answer a file of questions; if it has a key, score the answers."""
    from ui.batch import Files, engine_named, run_batch

    _one_source(article, index)
    chosen = engine_named(engine, reader, top_k)
    files = Files(questions, output, form, output_form, index or article or builtin_article())

    opener = _opener(top_k, reader, verbose, log_json)

    def open_assistant() -> "AnswersQuiz":
        assistant = opener.quiz(_open(opener, article, index))
        if not log_json:
            return assistant
        from ui.watching import WatchedQuiz

        return WatchedQuiz(assistant, log_questions)

    run_batch(files, open_assistant, resume, strict, verbose, chosen, opener.made_with)


@app.command(epilog="Example: `article-qa chat news.txt --port 8000`")
def chat(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Article (default: the built-in briefing).")
    ] = None,
    index: IndexOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes a free one.")] = 7860,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to bind to; any but this machine's own lets others in.")
    ] = "127.0.0.1",
    auth: Annotated[
        str, typer.Option(metavar="USER:FILE", help="Ask for this name and the password on FILE's first line.")
    ] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A further name the page may be addressed by.")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Requests a minute from one client (default: 1200; bound wider 120; 0: any)."
        ),
    ] = None,
    log_json: LogJson = False,
    log_questions: LogQuestions = False,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Serve figures for Prometheus at /metrics (needs the extra `metrics`).")
    ] = False,
    top_k: TopK = TOP_K,
    reader: ReaderOption = "",
    verbose: Verbose = False,
) -> None:
    """Serve the web chat on this machine."""
    from ui.serving import Exposure, serve

    _one_source(file, index)
    exposure = Exposure(host, port, tuple(allow_host or ()), auth, rate, log_json, log_questions, metrics)
    opener = _opener(top_k, reader, verbose)
    assistant = _open(opener, file, index)
    serve(assistant, opener, exposure)


@app.command()
def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help="Also do everything once with the network closed, and see that it works.")
    ] = False,
) -> None:
    """Check every library and model file: version or sha256, and whether it is in order."""
    from rich.table import Table

    from qa.doctor import examine

    checks = list(examine())
    if offline:
        from ui.offline import prove

        checks += prove()
    table = Table("", "needed", "found", box=None, padding=(0, 1))
    for check in checks:
        table.add_row("[red]✗[/]" if check.problem else "[green]✓[/]", check.name, check.problem or check.found)
    Console(soft_wrap=True).print(table)
    wrong = sum(1 for check in checks if check.problem)
    if wrong:
        raise ArticleQAError(f"{wrong} of {len(checks)} things are not in order; each line above says what to do")
    print(f"all {len(checks)} in order")


app.command(epilog="Example: `article-qa cache --clear`")(cache)
app.add_typer(collection_app, name="collection")


def main() -> None:
    """Run the command line: status 1 with one line for errors of input, 2 for wrong usage."""
    for entry in entry_points(group="article_qa.commands"):
        app.command(entry.name)(entry.load())
    try:
        app()
    except ArticleQAError as error:
        from ui.text import printable

        print(printable(f"error: {error}"), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _open(opener: Opener, article: Path | None, index: Path | None) -> "Assistant":
    return opener.folder(index) if index else opener.file(article or builtin_article())


def _opener(top_k: int, reader: str, verbose: bool, log_json: bool = False) -> Opener:
    if log_json:
        from ui.watching import log_as_json

        log_as_json()
    try:
        name = reader_named(reader)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--reader") from error
    return Opener(name, top_k, announce=_announcer(verbose))


def _one_source(article: Path | None, index: Path | None) -> None:
    if article and index:
        raise typer.BadParameter("give an article or an index folder, not both", param_hint="--index")


def _announcer(verbose: bool):  # type: ignore[no-untyped-def]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")

    def announce(line: str) -> None:
        if verbose:
            print(line, file=sys.stderr)

    return announce


if __name__ == "__main__":
    main()
