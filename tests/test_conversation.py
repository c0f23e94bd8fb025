"""Follow-ups are read with the conversation; a question that stands alone never changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Turn
from qa.conversation import MAX_CHARACTERS, understand

# previous question, its answer (None: abstained), follow-up, how it should be read
WORKED = [
    # pronouns: the answer
    ("Who founded the bakery?", "Otto Brandt", "Who is he?", "Who is Otto Brandt?"),
    ("Who founded the bakery?", "Otto Brandt", "When was he born?", "When was Otto Brandt born?"),
    ("Who painted the mural?", "Elena Ruiz", "What is her husband's job?", "What is Elena Ruiz's husband's job?"),
    ("Who painted the mural?", "Elena Ruiz", "what's her nationality?", "What is Elena Ruiz's nationality?"),
    ("What did the court issue?", "a stay of execution", "What does it mean?", "What does a stay of execution mean?"),
    ("What did the court issue?", "a ban", "Is that legal?", "Is a ban legal?"),
    ("What did the lab measure?", "soil acidity", "Why is that important?", "Why is soil acidity important?"),
    ("Where was the painter born?", "in Delft", "How many people live there?", "How many people live in Delft?"),
    ("Which party won the election?", "the Green League", "Who leads it?", "Who leads the Green League?"),
    ("What does the author propose?", "a carbon tax", "Who would pay it?", "Who would pay a carbon tax?"),
    # pronouns: the subject of the question
    ("Who wrote the report?", "the audit office", "When was it published?", "When was the report published?"),
    ("What caused the blackout?", "a fallen tree", "How long did it last?", "How long did the blackout last?"),
    ("who is zelensky?", "the president of Ukraine", "when was he elected?", "When was zelensky elected?"),
    ("Who is Ursula Braun?", "a biologist", "What did she discover?", "What did Ursula Braun discover?"),
    ("When was the ceasefire plan signed?", "2019", "Where does that stand?", "Where does the ceasefire plan stand?"),
    ("Where is the museum?", "Berlin", "How big is it?", "How big is the museum?"),
    ("When did the dam break?", "in May", "What did the mayor say about it?", "What did the mayor say about the dam?"),
    ("When did the miners meet?", "at dawn", "What did they want?", "What did the miners want?"),
    ("How much do the nurses earn?", None, "Who employs them?", "Who employs the nurses?"),
    ("When did the director resign?", None, "Why did he leave?", "Why did the director leave?"),
    ("When did the director resign?", None, "what's his name?", "What is the director's name?"),
    ("When was the letter sent?", None, "Who wrote it?", "Who wrote the letter?"),
    ("When did the king abdicate?", None, "Who told him?", "Who told the king?"),
    ("When did Anna Weil leave Oslo?", "1931", "Where did she go?", "Where did Anna Weil go?"),
    ("Who has been cautious?", "Ada Obi", "Why did she leave?", "Why did Ada Obi leave?"),
    ("Who has been cautious?", "Ada Obi", "Who ordered it?", "Who ordered it?"),
    ("When did Nils Berg visit Lagos?", "June 2024", "Who lives there?", "Who lives in Lagos?"),
    # pronouns: "it" is no person, a capital is a place, "they" are what was counted
    ("When did Brandt visit Ottawa?", "May 1999", "Why was it important?", "Why was it important?"),
    ("Who visited Ottawa?", "Brandt", "Why was it important?", "Why was it important?"),
    ("Where is the museum?", "Peru", "How big is it?", "How big is the museum?"),
    ("Where was Mara Lind born?", "Delft", "How big is it?", "How big is Delft?"),
    ("Who lit a lantern?", "Kell", "It was built of tin", "A lantern was built of tin"),
    ("How many nurses did Norway send to Peru?", "forty", "Where are they now?", "Where are the nurses now?"),
    ("Which ships did Norway sell to Peru?", None, "Where are they now?", "Where are the ships now?"),
    ("What ships did Norway sell?", "it never said", "Who built them?", "Who built the ships?"),
    ("Which cities bid?", None, "Where are they?", "Where are the cities?"),
    ("How many homes did the miners build?", "forty", "Where did they work?", "Where did the miners work?"),
    ("When did the firm buy a dam?", None, "Is it a threat to the valley?", "Is the firm a threat to the valley?"),
    ("What did the firm build?", "a dam", "Was it sold to Peru?", "Was a dam sold to Peru?"),
    ("What did the firm build?", "a dam", "In what year was it sold?", "In what year was a dam sold?"),
    # the whole predicate
    (
        "Who banned plastic bags?",
        "The city council",
        "Why did they do it?",
        "Why did the city council ban plastic bags?",
    ),
    ("When did the miners strike?", "in 1984", "Why did they do that?", "Why did the miners strike?"),
    ("Who robbed the bank?", "two men", "When did it happen?", "When did two men rob the bank?"),
    ("Who founded the company?", "Mara Lind", "Why was that?", "Why did Mara Lind found the company?"),
    # a question word alone
    ("When did Rome fall?", "476", "Why?", "Why did Rome fall?"),
    ("Was the bridge closed?", "yes", "and for how long?", "For how long was the bridge closed?"),
    ("Why was the bridge closed?", None, "and for how long?", "For how long was the bridge closed?"),
    ("Who runs the orchestra?", "Nina Sol", "Since when?", "Since when does Nina Sol run the orchestra?"),
    ("What did the city ban?", "plastic bags", "Why?", "Why did the city ban plastic bags?"),
    ("Who was arrested?", "Tom Reed", "When?", "When was Tom Reed arrested?"),
    ("Who will lead the team?", "Ada Obi", "until when?", "Until when will Ada Obi lead the team?"),
    ("Who sank the ferry?", None, "when?", "When did someone sink the ferry?"),
    ("When was the castle destroyed?", None, "By whom?", "By whom was the castle destroyed?"),
    ("What is being built?", "a bridge", "Where?", "Where is a bridge being built?"),
    ("What has been agreed?", "a pact", "by whom?", "By whom has a pact been agreed?"),
    ("How many nurses did the city send?", "forty", "and where to?", "Where did the city send nurses?"),
    ("How many nurses did the city send?", "forty", "where from?", "From where did the city send nurses?"),
    ("Why was the bridge closed?", None, "who by?", "By whom was the bridge closed?"),
    ("What did the baker sell?", "her shop", "who to?", "To whom did the baker sell her shop?"),
    ("When did Nils Berg visit Lagos?", "June 2024", "why there?", "Why did Nils Berg visit Lagos?"),
    ("Was anyone hurt?", "yes", "Who?", "Who was hurt?"),
    ("Did the mayor resign?", "no", "Why not?", "Why did the mayor not resign?"),
    ("When did the bees die?", "in June", "How come?", "Why did the bees die?"),
    ("Did the volcano kill people?", "yes", "How many?", "How many people did the volcano kill?"),
    ("Were the workers fired?", "yes", "How many?", "How many workers were fired?"),
    ("Which states signed the pact?", "Peru and Chile", "how many?", "How many states signed the pact?"),
    ("How many states objected?", "four", "Which ones?", "Which states objected?"),
    ("Who signed the letter?", "Tom Reed", "Who else?", "Who else signed the letter?"),
    # another phrase in the same place
    ("When did Brandt visit Ottawa?", "May 1999", "And Oslo?", "When did Brandt visit Oslo?"),
    ("When did Brandt visit Ottawa?", "May 1999", "What about Chile?", "When did Brandt visit Chile?"),
    ("When did Brandt visit Quito?", "May 1999", "What about Chile?", "What about Chile?"),
    ("When did the president resign?", "May 1999", "What about Chile?", "What about Chile?"),
    ("Which town borders Chile?", "Arica", "And Peru?", "Which town borders Peru?"),
    ("How much coal does India burn?", "a lot", "and China?", "How much coal does China burn?"),
    ("How much do teachers earn?", None, "And nurses?", "How much do nurses earn?"),
    ("How many people died in 2019?", "7", "and in 2020?", "How many people died in 2020?"),
    ("How many people died in 2019?", "7", "What about 2020?", "How many people died in 2020?"),
    ("How tall is the north tower?", "80 m", "What about the south tower?", "How tall is the south tower?"),
    ("How heavy is the bronze medal?", None, "and the silver one?", "How heavy is the silver medal?"),
    ("When did Anna Weil die?", "1931", "and her husband?", "When did Anna Weil's husband die?"),
    ("When was the bridge painted?", "1931", "and in Norway?", "When was the bridge painted in Norway?"),
    ("When did Poland join the union?", "2004", "And Malta?", "When did Malta join the union?"),
    ("How many homes were lost?", "40", "In which town?", "In which town were homes lost?"),
    # the next of a list
    (
        "What is the first reason for the delay?",
        "ice",
        "What about the second one?",
        "What is the second reason for the delay?",
    ),
    ("What are the three reasons for the delay?", "ice", "And the second?", "What is the second reason for the delay?"),
    (
        "Why did the firm close?",
        "debt",
        "What is the second reason?",
        "What is the second reason why the firm did close?",
    ),
    ("Which cities bid?", "Lima", "And the third?", "What is the third city that bid?"),
    ("Which cities bid?", "Lima, Oslo and Riga", "When did the second one join?", "When did Oslo join?"),
]

STAND_ALONE = """\
What time is it when the curtain rises?
Is it true that the ferry sank?
How long did it take to build the cathedral?
Why is it important to vaccinate children?
What was it that killed the dinosaurs?
Was it the fire that destroyed the library?
Has it been raining?
What makes it hard for banks to lend?
Why is it said that cats have nine lives?
When did Putin say he would retire?
Did Kenya raise its taxes in 2021?
Which company said it would build the dam?
How many people lost their homes?
Why do bees leave their hives?
What happens if a reader breaks his glasses?
Who lost his leg at sea?
When he was young, where did Einstein live?
Where do penguins live and what do they eat?
What does NATO do when one of its members is attacked?
What does this article say about whales?
Who wrote this article?
Why should readers care about this?
What did the minister say that deal would cost?
Does the author believe that the war will end?
Why was that ship lost?
What does the law say about those who flee?
How many planets are there?
Is there a cure for malaria?
And how many soldiers died in the battle?
So why did the bridge collapse?
What about the economy?
What is the second reason for the strike?
How many signatories?
Who said it would be a grave error to close the mine?
Who thinks it might be unwise if the dam is built?
how clear is it what the law says
Does it matter who won the race?
Would it be the first time for Kenya?
Was it dark when the ferry sank?
What year is it?
Will it still rain tomorrow?
Which town borders Chile?
which kingdom borders Norway
What delights Marie?
what delights marie
how many old ships southern norway
How many grain ships?
The treaty was signed in 1990.
capital of Bhutan
When was it first known that the ice was melting?
What does "that" mean in the second sentence?
Does that mean war is coming?
how did people live there before the dam was built?
What did the generals think they could do?
So what?""".splitlines()

UNRELATED = (
    Turn("Who was the first king of Norway?", "Harald Fairhair"),
    Turn("Which countries signed the treaty?", "Peru, Chile and Bolivia"),
    Turn("What is the first reason for the delay?", None),
    Turn("When did Marie Curie win the prize?", "1903"),
    Turn("Why did the company close its factory?", "rising costs"),
)
turns = st.builds(Turn, st.text(max_size=60), st.none() | st.text(max_size=40))
real_turns = st.sampled_from(UNRELATED + tuple(Turn(q, a) for q, a, _, _ in WORKED))
follow_ups = st.sampled_from([row[2] for row in WORKED])
jumble = st.lists(
    st.sampled_from(
        sorted({w for row in WORKED for part in row[:3] for w in (part or "").split()} | {"of", ",", "?", "and"})
    ),
    min_size=1,
    max_size=9,
).map(" ".join)
jumbled_turns = st.builds(Turn, jumble, st.none() | jumble)
stand_alone = st.sampled_from(STAND_ALONE)


@pytest.mark.parametrize(("before", "answer", "question", "read"), WORKED, ids=[f"{r[2]} {r[0]}" for r in WORKED])
def test_follow_up_is_read_with_the_previous_turn(before: str, answer: str | None, question: str, read: str) -> None:
    assert understand(question, [Turn(before, answer)]) == read


@pytest.mark.parametrize("question", STAND_ALONE)
def test_a_question_that_stands_alone_is_unchanged_after_unrelated_turns(question: str) -> None:
    for latest in range(len(UNRELATED)):
        assert understand(question, UNRELATED[latest:] + UNRELATED[:latest]) == question


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = [Turn("Who founded the company?", "Mara Lind"), Turn("When was it founded?", "1998")]
    assert understand("and why?", history) == "Why was the company founded?"


def test_an_earlier_turn_is_used_only_where_the_latest_offers_nothing() -> None:
    history = [Turn("Who founded the company?", "Mara Lind"), Turn("When did the company close?", "1998")]
    assert understand("Where was she born?", history) == "Where was Mara Lind born?"
    assert understand("Where was she born?", [*history, Turn("Who bought it?", "Ada Obi")]) == "Where was Ada Obi born?"


def test_a_capital_is_no_person() -> None:
    history = [Turn("Who wrote the report?", "Nils Berg"), Turn("What did Ottawa call the deal?", "a bad joke")]
    assert understand("Why did he go to Oslo?", history) == "Why did Nils Berg go to Oslo?"


def test_a_later_turn_that_may_be_meant_is_not_passed_over() -> None:
    report = Turn("Who wrote the report?", "Nils Berg")
    lower = [report, Turn("when did brandt visit ottawa", "May 1999")]
    assert understand("What did he sign?", lower) == "What did he sign?"
    assert understand("What did he sign there?", lower) == "What did he sign in ottawa?"
    law = Turn("What did the city pass?", "a new law")
    assert understand("Why was it important?", [law, Turn("When did Brandt visit Ottawa?", None)]) == (
        "Why was it important?"
    )
    known = [Turn("who is zelensky?", "a president"), Turn("when was he elected?", "2019")]
    assert understand("When did he visit Oslo?", known) == "When did zelensky visit Oslo?"


def test_a_very_long_turn_is_no_context() -> None:
    history = [Turn("Who founded the bakery?", "Otto Brandt"), Turn("and then it " * 2000, "it " * 9000)]
    assert understand("Who is he?", history) == "Who is Otto Brandt?"


def test_a_pronoun_without_a_fitting_antecedent_stays() -> None:
    assert understand("Where was she born?", [Turn("When did inflation rise?", "2021")]) == "Where was she born?"


@given(st.text() | follow_ups)
def test_without_history_nothing_changes(question: str) -> None:
    assert understand(question, ()) == question


@given(st.text(min_size=1) | follow_ups | jumble, st.lists(turns | real_turns | jumbled_turns, max_size=6))
def test_the_result_is_never_empty_and_does_not_grow_without_end(question: str, history: list[Turn]) -> None:
    read = understand(question, history)
    assert read
    assert read == question or len(read) <= MAX_CHARACTERS


@given(stand_alone, st.lists(real_turns, max_size=6))
def test_no_history_changes_a_question_that_stands_alone(question: str, history: list[Turn]) -> None:
    assert understand(question, history) == question


@given(follow_ups, st.lists(real_turns, max_size=4))
def test_the_same_conversation_is_read_the_same_way(question: str, history: list[Turn]) -> None:
    assert understand(question, history) == understand(question, tuple(history))
