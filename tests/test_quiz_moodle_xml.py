"""Moodle XML, as Moodle exports it, and as an attacker would write it."""

from pathlib import Path

import pytest
from small_quiz import bad, good, written

from index.errors import QuizFileError

QUIZ = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0  -->
  <question type="category">
    <category><text>$course$/top/Tower</text></category>
  </question>
<!-- question: 11  -->
  <question type="multichoice">
    <name><text>Builder</text></name>
    <questiontext format="html">
      <text><![CDATA[<p>Who <b>built</b> it?<br>In 1874</p><script>x()</script>]]></text>
    </questiontext>
    <generalfeedback format="html"><text>Long ago</text></generalfeedback>
    <idnumber>mc-1</idnumber>
    <single>true</single>
    <answer fraction="0" format="html"><text>&lt;p&gt;Finch &amp;amp; Co&lt;/p&gt;</text>
      <feedback><text>No</text></feedback></answer>
    <answer fraction="100" format="html"><text><![CDATA[<p>Kell</p>]]></text></answer>
  </question>
  <question type="multichoice">
    <name><text>Several</text></name>
    <questiontext format="plain_text"><text>Which <are> keepers?</text></questiontext>
    <single>false</single>
    <answer fraction="50"><text>Sund</text></answer>
    <answer fraction="-100"><text>Finch</text></answer>
    <answer fraction="50"><text>Moe</text></answer>
  </question>
  <question type="truefalse">
    <name><text>T</text></name><questiontext format="html"><text>It is tall.</text></questiontext>
    <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
  </question>
  <question type="shortanswer">
    <name><text>S</text></name><questiontext format="html"><text>It burns ____.</text></questiontext>
    <answer fraction="100"><text>oil</text></answer><answer fraction="100"><text>whale *</text></answer>
    <answer fraction="50"><text>fat</text></answer><answer fraction="0"><text>*</text></answer>
  </question>
  <question type="numerical">
    <name><text>N</text></name><questiontext format="html"><text>How tall?</text></questiontext>
    <answer fraction="100"><text>41</text><tolerance>0.5</tolerance></answer>
  </question>
  <question type="essay"><name><text>E</text></name><questiontext><text>Why?</text></questiontext></question>
  <question type="description"><name><text>D</text></name><questiontext><text>Read.</text></questiontext></question>
  <question type="matching"><name><text>M</text></name><questiontext><text>Match.</text></questiontext></question>
</quiz>
""".replace("<are>", "&lt;are&gt;")


def test_questions_of_every_kind(tmp_path: Path) -> None:
    path = written(tmp_path / "q.xml", QUIZ.replace("\n", "\r\n"))
    (matching,) = bad(path)
    at = QUIZ.index('  <question type="matching')
    assert (matching.line, "matching" in matching.reason) == (QUIZ[:at].count("\n") + 1, True)
    whole = QUIZ[:at] + "</quiz>"
    one, several, truth, short, number, essay = good(written(path, whole))
    assert (one.id, one.title, one.category, one.line) == ("mc-1", "Builder", "Tower", 8)
    assert one.question == "Who built it? In 1874"
    assert (one.choices, one.gold) == (("Finch & Co", "Kell"), 1)
    assert (several.question, several.gold, several.any_right) == ("Which <are> keepers?", (0, 2), False)
    assert (truth.type, truth.gold) == ("true_false", "contradicted")
    assert (short.type, short.gold, short.accepted) == ("fill_in", "oil", ("whale *",))
    assert (number.type, number.gold, number.tolerance) == ("numeric", "41", 0.5)
    assert (essay.type, essay.gold) == ("open", None)


BILLION = "<!DOCTYPE quiz [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(ord('a') + n)} '{('&' + chr(ord('a') + n - 1) + ';') * 10}'>" for n in range(1, 10)
)
ESSAY = "<question type='essay'><questiontext><text>{}</text></questiontext></question>"


@pytest.mark.parametrize(
    ("xml", "part"),
    [
        (BILLION + "]><quiz>" + ESSAY.format("&j;") + "</quiz>", "entities"),
        ('<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>' + ESSAY.format("&x;") + "</quiz>", "entities"),
        ("<quiz>" + ESSAY.format("Who?"), "line|well-formed"),
        ("<quiz><question></quiz>", "well-formed"),
        ("<html><body>Who?</body></html>", "html"),
        ('<?xml version="1.0" encoding="klingon"?><quiz/>', "q.xml"),
    ],
)
def test_hostile_and_broken_files_are_refused(tmp_path: Path, xml: str, part: str) -> None:
    with pytest.raises(QuizFileError, match=part):
        list(good(written(tmp_path / "q.xml", xml), "moodle-xml"))


def test_a_file_on_one_line_keeps_every_question(tmp_path: Path) -> None:
    ids = ("", "", "<idnumber>k</idnumber>", "<idnumber>k</idnumber>", "<idnumber>1-2</idnumber>")
    essays = [ESSAY.format(f"Who {n}?").replace("</questiontext>", "</questiontext>" + id) for n, id in enumerate(ids)]
    path = written(tmp_path / "q.xml", "<quiz>" + "".join(essays) + "</quiz>")
    assert [q.id for q in good(path)] == ["1", "1-2", "k", "k-2", "1-2-2"]


def test_a_choice_that_is_a_picture_is_a_bad_row(tmp_path: Path) -> None:
    choice = '<answer fraction="{}" format="html"><text><![CDATA[<p>{}</p>]]></text></answer>'
    head = '<question type="multichoice"><questiontext><text>Which?</text></questiontext>{}</question>'
    for right, count in (('<img src="@@PLUGINFILE@@/a.png">', 1), ('<img src="a.png" alt="Kell">', 0), ("Kell", 0)):
        answers = (
            choice.format(100, right) + choice.format(0, "Finch") + choice.format(0, "<br>") + choice.format(0, "x")
        )
        rows = bad(written(tmp_path / "q.xml", "<quiz>" + head.format(answers) + "</quiz>"))
        assert [("picture" in row.reason) for row in rows] == [True] * count


def test_deep_nesting_is_harmless(tmp_path: Path) -> None:
    deep = "<a>" * 20_000 + "</a>" * 20_000
    path = written(tmp_path / "q.xml", f"<quiz>{deep}{ESSAY.format('Who?' + '&lt;i&gt;' * 5000)}</quiz>")
    assert [q.question for q in good(path)] == ["Who?"]


def test_bad_numbers_and_fractions_are_bad_rows(tmp_path: Path) -> None:
    answer = '<answer fraction="{}"><text>{}</text></answer>'
    head = '<question type="{}"><questiontext><text>Who?</text></questiontext>{}</question>'
    rows = [
        head.format("numerical", answer.format(100, "many")),
        head.format("shortanswer", answer.format("full", "x")),
    ]
    path = written(tmp_path / "q.xml", "<quiz>\n" + "\n".join(rows) + "\n</quiz>")
    assert [row.line for row in bad(path)] == [2, 3]
