"""The "it" that stands for nothing earlier: for a clause that follows, the weather, the time."""

import re

from qa.word_forms import ADJECTIVE_ENDINGS
from qa.words import ADJECTIVES, DETERMINERS

_ADJECTIVE = rf"(?:(?:un|im)?(?:{'|'.join(sorted(ADJECTIVES))})|\w+(?:{'|'.join(ADJECTIVE_ENDINGS)}))\b"
# The clause "it" stands for; "to Japan" and "to the region" are none.
_CLAUSE = rf".*\b(?:(?:that|if|whether)\b|to (?!(?:{'|'.join(sorted(DETERMINERS))})\b)(?-i:[a-z]))"
# "it" that stands for nothing: "what time is it", "is it true that", "how long did it take to".
EMPTY_IT = re.compile(
    r"\b(?:late|hot|cold|warm|dark) (?:is|was) it\b"
    r"|\b(?:time|day|date|year|month|season) (?:is|was) it(?: now| then| when| in|\W*$)"
    r"|\bit (?:\w+ ){0,2}?(?:rain|snow|sunny\b|windy\b|foggy\b|cloudy\b|freezing\b)"
    r"|\bit (?:(?:is|was|be|been|still|already|not) ){0,3}(?:dark|night|midnight|noon|winter|spring|summer|autumn)\b"
    r"|\bit (?:been |was |is |be )?(?:true that|that\b|(?:\w+ ){1,2}that )"
    r"|\b(?:make|makes|made|find|finds|found|think|thought) it \w+ (?:for|to|that)\b"
    r"|\b(?:is|was|does|do|did|would|will|can|could|may|might|to|if|be) it (?:\w+ ){0,3}?"
    r"(?:take|takes|took|cost|mean|feel|matter|help|hurt|require|need|make sense|seem|appear|turn out|happen"
    rf"|like|said|reported|allowed|forbidden|{_ADJECTIVE})\b{_CLAUSE}"
    r"|\bit (?:(?:is|was|be|been|has|had|will|would|can|could|may|might|should|must|not|too|very|so|more|\w+ly) ){0,4}"
    rf"(?:an?|{_ADJECTIVE})\b{_CLAUSE}"
    rf"|\bit (?:be )?(?:(?:matter|{_ADJECTIVE}) )?(?:what|who|whose|which|why|how)\b"
    r"|\bit (?:\w+ ){0,3}?the (?:first|second|third|last|only) time\b"
    r"|\b(?:is|was) it (?:the|a|an|in|[A-Z])\b.*\b(?:that|who|which)\b",
    re.IGNORECASE,
)
