"""Suggested questions are answered by the article, and say what they ask about."""

import pytest
from small_models import small_assistant

from index.loading import article_from_text
from qa.suggesting import drafts, suggested_questions

HARBOUR = """# The harbour

Aunt Olga of the Green League paid 300 crowns for the northern crane. It rained.

Yesterday Mayor Brandt has been cautious, said Olga. Brandt has been cautious.

In May 1902 Brandt closed the harbour of Lagos to foreign ships. He was praised for it by Olga.
"""


def test_each_is_answered_from_the_place_it_was_made_of() -> None:
    assistant = small_assistant(HARBOUR)
    questions = suggested_questions(assistant)
    assert questions
    for question in questions:
        answer = assistant.ask(question)
        assert answer.text is not None
        assert question.rstrip("?").split()[-1] in answer.citations[0].quote


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("In 1902 Brandt closed the harbour of Lagos.", "When did Brandt close the harbour of Lagos?"),
        ("Brandt closed the harbour of Lagos.", "Who closed the harbour of Lagos?"),
        ("Russia sold the grain of Lagos.", "Which country sold the grain of Lagos?"),
        ("Brandt sold the old crane and most of the boats.", "Who sold the old crane and most of the boats?"),
        ("Brandt has been cautious.", None),  # of what?
        ("Brandt closed it in Lagos.", None),
        ("He closed the harbour of Lagos.", None),
    ],
)
def test_a_sentence_becomes_a_question_that_says_what_it_is_about(sentence: str, question: str | None) -> None:
    article = article_from_text(f"# Lagos\n\n{sentence}\n\nSo said Brandt, and Russia.", source="a test")
    assert next((draft.question for draft in drafts(article)), None) == question
