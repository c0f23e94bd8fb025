"""Numbers in answers and keys: in figures (`12,000`, `3.5 million`) and in English words (`fifty-two`)."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_SIGN = r"(?:(?<!\w)[-+−])?"  # the hyphen of `mid-1874` and `1990-2000` is none
_NUMBER = re.compile(rf"{_SIGN}(?:(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{{1,3}})?|\.\d+)")
_TOKEN = re.compile(rf"(?P<figures>{_NUMBER.pattern})|(?P<word>[a-z]+)|(?P<gap>[^\s\w-]+)", re.IGNORECASE)
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORDS = {word: Decimal(number) for number, word in enumerate(_SMALL.split())}
_WORDS |= {word: Decimal(10 * number) for number, word in enumerate(_TENS.split(), start=2)}
_MONTH = re.compile(
    r"(?i:\b(?:january|february|april|june|july|august|september|october|november|december))\b|(?<=\w )(?:March|May)\b"
)
_DOZEN = Decimal(12)


def number_of(text: str) -> Decimal | None:
    """Return the number that `text` is in figures (`12,000`), None if it is not just a number."""
    return _decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None


def numbers_in(text: str) -> list[Decimal]:
    """Return the numbers that stand in `text`, in order: in figures or in words, with the scale that follows."""
    found: list[Decimal] = []
    number = _Number()
    for token in _TOKEN.finditer(text.casefold()):
        if not number.take(token):
            found += number.value
            number = _Number()
            number.take(token)
    return found + number.value


def numbers_and_months(text: str) -> set[Decimal | str]:
    """Return what `text` counts and dates by: its numbers but 1 ("one" is a pronoun, too) and its months."""
    return {month.casefold() for month in _MONTH.findall(text)} | {number for number in numbers_in(text) if number != 1}


def _decimal(figures: str) -> Decimal | None:
    """Return the value of figures; None if they are none."""
    try:
        value = Decimal(figures.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


@dataclass(slots=True)
class _Number:
    """A number while its words come: `two hundred and five thousand` is total 0, part 205, then total 205,000."""

    total: Decimal = Decimal(0)
    part: Decimal | None = None
    last: str = ""  # the kind of the last token: figures, tens, unit, hundred, scale, and

    @property
    def value(self) -> list[Decimal]:
        if self.part is None:
            return []
        value = self.total + self.part if self.total else self.part
        return [value.to_integral_value() if value == value.to_integral_value() else value]

    def take(self, token: re.Match[str]) -> bool:
        """Add the token; False if it does not belong to this number."""
        word = token["word"]
        if token["figures"]:
            figures = _decimal(token["figures"])
            return figures is not None and self._begin(figures, "figures")
        if word in _WORDS:
            return self._small(_WORDS[word])
        if word in _SCALES:
            return self._scale(Decimal(_SCALES[word]), "hundred" if word == "hundred" else "scale")
        if word == "dozen":
            return self._scale(_DOZEN, "scale")
        if word == "and" and self.last in ("hundred", "scale"):
            self.last = "and"
            return True
        return False

    def _begin(self, value: Decimal, kind: str) -> bool:
        if self.part is not None:
            return False
        self.part, self.last = value, kind
        return True

    def _small(self, value: Decimal) -> bool:
        kind = "tens" if value >= 20 else "unit"
        if self.part is None:
            return self._begin(value, kind)
        if self.last in ("hundred", "scale", "and") or (self.last == "tens" and 0 < value < 10):
            self.part, self.last = self.part + value, kind
            return True
        return False

    def _scale(self, value: Decimal, kind: str) -> bool:
        if self.last == "and":
            return False
        if self.part is None:
            return self._begin(value, kind)
        if kind == "scale" and self.last != "scale":
            self.total, self.part, self.last = self.total + self.part * value, Decimal(0), kind
            return True
        if kind == "hundred" and self.last in ("unit", "figures"):
            rest = self.part % 100 if self.total else self.part
            self.part, self.last = self.part - rest + rest * value, kind
            return True
        return False
