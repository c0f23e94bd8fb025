"""Word documents: all their text, however Word wraps it, and nothing that was deleted."""

import pytest
from hostile import WORD, docx

from index.docx_format import read_docx


def body(content: bytes) -> str:
    return read_docx(docx(content), "a.docx")[0]


def run(text: bytes) -> bytes:
    return b'<w:r><w:t xml:space="preserve">%s</w:t></w:r>' % text


def table(*rows: tuple[bytes, ...]) -> bytes:
    cells = (b"".join(b"<w:tc>%s</w:tc>" % cell for cell in row) for row in rows)
    return b"<w:tbl>%s</w:tbl>" % b"".join(b"<w:tr>%s</w:tr>" % row for row in cells)


CONTROL = b"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>"
NAMES = b'<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">%s</w:p>'


@pytest.mark.parametrize(
    "wrapped",
    [
        b"<w:ins>%s</w:ins>",
        b"<w:moveTo>%s</w:moveTo>",
        b"<w:hyperlink>%s</w:hyperlink>",
        b"<w:smartTag>%s</w:smartTag>",
        b"<w:fldSimple>%s</w:fldSimple>",
        b"<w:ins><w:smartTag>%s</w:smartTag></w:ins>",
        CONTROL,
    ],
)
def test_text_is_read_however_it_is_wrapped(wrapped: bytes) -> None:
    assert body(b"<w:p>%s%s%s</w:p>" % (run(b"The "), wrapped % run(b"new "), run(b"lamp"))) == "The new lamp"


def test_what_was_deleted_or_moved_away_or_asks_for_text_is_not_read() -> None:
    gone = b"<w:del>%s</w:del><w:moveFrom>%s</w:moveFrom>" % (run(b"old "), run(b"far "))
    prompt = b"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>" % run(b"Click here")
    assert body(b"<w:p>%s%s%s%s</w:p>" % (run(b"The "), gone, run(b"lamp"), prompt)) == "The lamp"


def test_tabs_and_breaks_stand_between_words_and_tab_stops_do_not() -> None:
    stops = b"<w:pPr><w:tabs><w:tab/><w:tab/></w:tabs></w:pPr>"
    marks = b"<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    assert body(b"<w:p>%s<w:ins>%s</w:ins></w:p>" % (stops, marks)) == "a b\nc-d"


def test_paragraphs_and_tables_in_content_controls_are_read_in_order() -> None:
    inner = CONTROL % (WORD % b"Two." + CONTROL % table((WORD % b"three", WORD % b"four")))
    assert body(WORD % b"One." + inner + WORD % b"Five.") == "One.\n\nTwo.\n\nthree | four\n\nFive."


def test_rows_and_cells_in_content_controls_and_tables_in_cells_are_read() -> None:
    inner = table((WORD % b"b", WORD % b"c"), (WORD % b"", WORD % b"d"))
    row = b"<w:tr><w:tc>%s</w:tc>%s</w:tr>" % (
        WORD % b"a" + inner + WORD % b"",
        CONTROL % b"<w:tc>%s</w:tc>" % WORD % b"e",
    )
    assert body(b"<w:tbl>%s</w:tbl>" % (CONTROL % row)) == "a | b | c | d | e"


def test_a_text_box_follows_its_paragraph_once() -> None:
    box = b"<w:drawing><w:txbxContent>%s</w:txbxContent></w:drawing>" % (WORD % b"In the box.")
    choice = b"<mc:AlternateContent><mc:Choice>%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent>"
    paragraph = NAMES % (run(b"The lamp ") + b"<w:r>%s</w:r>" % (choice % (box, box)) + run(b"was lit."))
    assert body(paragraph + WORD % b"Next.") == "The lamp was lit.\n\nIn the box.\n\nNext."
