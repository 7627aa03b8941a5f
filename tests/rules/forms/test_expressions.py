"""What expressions are worth, as ODK defines it."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.forms.dialect import TIMED
from rules.forms.expression import Expression, Here, Labels, Term
from rules.forms.functions import FUNCTIONS, OPERATORS
from rules.forms.gathering import CHOICE_NAME, GATHERING, INDEXED
from rules.forms.parsing import parse
from rules.forms.value import Value
from tests.rules.forms.spreadsheet import NOW

NAMES = ("a", "b", "and", "today")

Fault = tuple[str, dict[str, object]]


def read(source: str) -> Expression | list[Fault]:
    found: list[Fault] = []

    def report(code: str, /, **details: object) -> None:
        found.append((code, details))

    class Names:
        def find(self, name: str, *, every: bool = False) -> Term | None:
            if name in NAMES and not every:
                return f"x/{name}"
            report("unknown", name=name)
            return None

        def labels(self, name: str) -> Labels | None:
            if name in NAMES:
                return Labels((("x", "一"), ("y", "二")))
            report("unknown", name=name)
            return None

        def here(self, levels: int) -> Here | None:
            report("outside", levels=levels)
            return None

    return parse(source, Names(), report) or found


def value(source: str, answers: Mapping[str, Value] | None = None, own: Value | None = None) -> object:
    expression = read(source)
    assert isinstance(expression, Expression), expression
    return expression.value({f"x/{name}": answer for name, answer in (answers or {}).items()}, NOW, own)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("jr:choice-name('y', '${a}')", "二"),
        ("concat(jr:choice-name('z', '${a}'), 'x')", "x"),
        ("floor(-1.5) + ceiling(1.2)", 0.0),
        ("sqrt(16) + exp(0) + exp10(2)", 105.0),
        ("log(exp(2)) + log10(1000)", 5.0),
        ("log(0)", -math.inf),
        ("sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0)", 1.0),
        ("round(atan2(1, 1) * 4 - pi(), 9)", 0.0),
        ("exp10(999)", math.inf),
        ("decimal-time('18:00') + decimal-time('06:00:00.000+08:00')", 1.0),
        ("date-time('2026-11-20')", "2026-11-20T00:00:00.000+08:00"),
        ("date-time(0.5)", "1970-01-01T12:00:00.000+08:00"),
        ("date-time('x')", ""),
        ("weighted-checklist(3, -1, 'yes', 2, 'no', 9, 'yes', 1)", True),
        ("weighted-checklist(-1, 2, 'yes', 2, 'no', 9, 'yes', 1)", False),
        (
            "digest('abc', 'SHA-256', 'hex')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        ("digest('', 'MD5')", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("base64-encode('检查')", "5qOA5p+l"),
        ("base64-decode('5qOA5p+l')", "检查"),
        ("base64-decode('?')", ""),
        ("round(distance('0 0 0 0', '0 1 0 0'))", 111319.0),
        ("distance('35.7 115.0; 35.7 115.0')", 0.0),
        ("max(2, 3) + min(2, 3) + sum(4)", 9.0),
        ("join('-', 'a', 'b')", "a-b"),
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("7 div 2", 3.5),
        ("-7 mod 3", -1.0),
        ("1 div 0", math.inf),
        ("-1 div 0", -math.inf),
        ("2 - -1", 3.0),
        ("1 < 2 and 2 < 3", True),
        ("1 > 2 or 2 < 3", True),
        ("1 + 1 = 2", True),
        ("3 > 2 = true()", True),
        ("'a' < 'b'", False),
        ("'05' = '5'", False),
        ("'05' = 5", True),
        ("true() = 'no'", True),
        ("not(0)", True),
        ("boolean('0')", True),
        ("boolean('')", False),
        ("boolean-from-string('TRUE')", True),
        ("boolean-from-string('no')", False),
        ("number(' 42 ')", 42.0),
        ("string(3 * 1)", "3"),
        ("string(0.1)", "0.1"),
        ("string(0.0000001)", "0.0000001"),
        ("string(1 div 0)", "Infinity"),
        ("string(true())", "true"),
        ("concat('a')", "a"),
        ("concat('a', 1, true())", "a1true"),
        ("round(1.5)", 2.0),
        ("round(2.5)", 3.0),
        ("round(-1.5)", -1.0),
        ("round(1.2345, 2)", 1.23),
        ("round(1235.5, -2)", 1200.0),
        ("int(-1.9)", -1.0),
        ("abs(-3)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("pow(10, 999)", math.inf),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2)", 3.0),
        ("if(1 > 2, 'then', 'else')", "else"),
        ("coalesce('', 'second')", "second"),
        ("coalesce('first', 'second')", "first"),
        ("selected('water power', 'power')", True),
        ("selected('water power', 'wat')", False),
        ("selected-at('water power', 1)", "power"),
        ("selected-at('water power', 5)", ""),
        ("selected-at('water power', -1)", ""),
        ("count-selected('water power')", 2.0),
        ("count-selected('')", 0.0),
        ("checklist(1, 2, 'yes', 'no', 'yes')", True),
        ("checklist(3, -1, 'yes', 'no', 'yes')", False),
        ("string-length('消防')", 2.0),
        ("contains('安全出口', '出口')", True),
        ("starts-with('安全出口', '安全')", True),
        ("ends-with('安全出口', '安全')", False),
        ("substr('hello', 2, 3)", "l"),
        ("substr('hello', -2)", "lo"),
        ("substring-before('a b c', ' ')", "a"),
        ("substring-before('abc', 'x')", ""),
        ("substring-after('a b c', ' ')", "b c"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("regex('12345678901', '[0-9]{11}')", True),
        ("regex('a12345678901b', '[0-9]{11}')", False),
        ("date('2026-11-20')", "2026-11-20"),
        ("date(0)", "1970-01-01"),
        ("date('someday')", ""),
        ("date(1 div 0)", ""),
        ("decimal-date-time('1970-01-02T12:00:00+08:00')", 1.5),
        ("today()", "2026-11-20"),
        ("now()", "2026-11-20T12:00:00.000+08:00"),
        ("today() - '2026-11-01'", 19.0),
        ("date(today() + 12)", "2026-12-02"),
        ("'2026-11-19' < today()", True),
        ("'2026-11-20' <= today()", True),
        ("'2026-11-21' <= today()", False),
        ("now() > today()", True),
        ("today() = '2026-11-20'", True),
        ("format-date(today(), '%Y年%n月%e日')", "2026年11月20日"),
        ("format-date('2026-01-09', '%e/%n/%y')", "9/1/26"),
        ("format-date('', '%Y')", ""),
        ("format-date-time('2026-08-07T06:31:13.834+08:00', '%H:%M:%S.%3 %%')", "06:31:13.834 %"),
    ],
)
def test_an_expression_is_worth_what_odk_says(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    "source",
    ["0 div 0", "number('abc')", "number('')", "1 + ''", "max(1, '')", "pow(-1, 0.5)", "5 mod 0", "-'a'"],
)
def test_what_has_no_number_is_nan(source: str) -> None:
    result = value(source)
    assert isinstance(result, float)
    assert math.isnan(result)


@pytest.mark.parametrize(
    ("source", "answers", "expected"),
    [
        ("${a} = ''", {}, True),
        ("${a} > 0", {}, False),
        ("${a} < 0", {}, False),
        ("${a} != 0", {}, True),
        ("${a} = 5", {"a": 5}, True),
        ("${a} = '5'", {"a": 5}, True),
        ("${a} > 17", {"a": 18}, True),
        ("${a} + 1 = 1.5", {"a": "0.5"}, True),
        ("${a} = ${b}", {"a": 5, "b": "5"}, True),
        ("selected(${a}, 'two')", {"a": ["one", "two"]}, True),
        ("${a} = 'one two'", {"a": ["one", "two"]}, True),
        ("count-selected(${a}) >= 2", {"a": ["picture-1", "picture-2"]}, True),
        ("${a} <= today()", {"a": "2026-11-20"}, True),
        ("${a} <= today()", {"a": "2026-11-21"}, False),
        ("${b} - ${a}", {"a": "2026-11-01", "b": "2026-12-01"}, 30.0),
        ("selected-at(${a}, 3)", {"a": {"lat": 35.7, "lon": 115.0, "accuracy": 12.0}}, "12.0"),
        ("${and} = 'x' and ${today} = ''", {"and": "x"}, True),
        ("${a}and ${b}", {"a": "x", "b": "y"}, True),
    ],
)
def test_answers_read_as_odk_has_them(source: str, answers: dict[str, Value], expected: object) -> None:
    assert value(source, answers) == expected


def test_a_point_is_the_answer_to_the_question_itself() -> None:
    assert value(". > 3", own=4) is True
    assert value(". > 3", own=None) is False
    assert value("string-length(.) = 2", own="消防") is True


def test_today_is_the_date_in_china() -> None:
    expression = read("today()")
    assert isinstance(expression, Expression)
    assert expression.value({}, datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) == "2026-11-20"
    assert expression.value({}, datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == "2026-11-21"


def test_an_expression_knows_what_it_hangs_on() -> None:
    still, moving = read("${b} = ${a} or ${b} = 1"), read(". <= today()")
    assert isinstance(still, Expression)
    assert isinstance(moving, Expression)
    assert (still.reads, still.timed, still.own) == (("x/b", "x/a"), False, False)
    assert (moving.reads, moving.timed, moving.own) == ((), True, True)


def test_an_expression_that_is_remembered_still_follows_the_answers() -> None:
    expression = read("${a} = 'yes'")
    assert isinstance(expression, Expression)
    answers = ["yes", "no", "yes", *map(str, range(1000)), "yes"]
    assert [answer for answer in answers if expression.holds({"x/a": answer}, NOW)] == ["yes"] * 3


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("1 +", ("forms.expression_broken", {"expression": "1 +", "at": 3})),
        ("", ("forms.expression_broken", {"expression": "", "at": 1})),
        ("${a} = = 1", ("forms.expression_broken", {"expression": "${a} = = 1", "at": 8})),
        ("${a}[1]", ("forms.expression_broken", {"expression": "${a}[1]", "at": 5})),
        ("1 2", ("forms.expression_broken", {"expression": "1 2", "at": 3})),
        ("$q0 = 1", ("forms.expression_broken", {"expression": "$q0 = 1", "at": 1})),
        ("1 = '${a}'", ("forms.expression_broken", {"expression": "1 = '${a}'", "at": 5})),
        ("../a", ("forms.expression_broken", {"expression": "../a", "at": 2})),
        ("/data/a = 1", ("forms.expression_broken", {"expression": "/data/a = 1", "at": 1})),
        (
            "selected（${a}，'x'）",
            ("forms.expression_broken", {"expression": "selected（${a}，'x'）", "at": 9}),
        ),
        ("selected(${a})", ("forms.expression_broken", {"expression": "selected(${a})", "at": 1})),
        ("today(1)", ("forms.expression_broken", {"expression": "today(1)", "at": 1})),
        ("(" * 2000, ("forms.expression_broken", {"expression": "(" * 2000, "at": 1})),
        ("${c} = 1", ("unknown", {"name": "c"})),
        ("${ a} = 1", ("unknown", {"name": " a"})),
        ("${last-saved#a} = 1", ("unknown", {"name": "last-saved#a"})),
        ("a = 1", ("forms.name_bare", {"name": "a"})),
        ("${a} = yes", ("forms.name_bare", {"name": "yes"})),
        ("uuid() != ${a}", ("forms.function_unknown", {"function": "uuid"})),
        ("position(..) > 1", ("outside", {"levels": 1})),
        ("position(../../..) > 1", ("outside", {"levels": 3})),
        ("position(${a}) > 1", ("forms.function_unknown", {"function": "position"})),
        ("indexed-repeat(${a}, ${b}, 1)", ("unknown", {"name": "a"})),
        (
            "jr:choice-name(${a}, 'a')",
            ("forms.expression_broken", {"expression": "jr:choice-name(${a}, 'a')", "at": 22}),
        ),
        (
            "concat(${a}, '${b}')",
            ("forms.expression_broken", {"expression": "concat(${a}, '${b}')", "at": 14}),
        ),
        ("choice-name(${a}, '${b}')", ("forms.function_unknown", {"function": "choice-name"})),
        ("jr:choice-name(${a}, '${z}')", ("unknown", {"name": "z"})),
        ("digest(., 'CRC')", ("forms.pattern_broken", {"function": "digest", "pattern": "CRC"})),
        ("regex(., '[')", ("forms.pattern_broken", {"function": "regex", "pattern": "["})),
        ("format-date(., '%b')", ("forms.pattern_broken", {"function": "format-date", "pattern": "%b"})),
        ("1" * 4001, ("forms.expression_long", {"most": 4000})),
    ],
)
def test_a_broken_expression_is_reported_with_its_place(source: str, fault: Fault) -> None:
    assert read(source) == [fault]


def test_everything_that_is_wrong_with_one_expression_is_reported() -> None:
    assert read("random(${c}) > area(${d})") == [
        ("forms.function_unknown", {"function": "random"}),
        ("unknown", {"name": "c"}),
        ("forms.function_unknown", {"function": "area"}),
        ("unknown", {"name": "d"}),
    ]


def test_the_page_about_forms_names_every_function() -> None:
    page = (Path(__file__).parents[3] / "docs" / "forms.md").read_text(encoding="utf-8")
    table = page.partition("## Functions")[2].partition("Any other")[0].partition("|---|---|")[2]
    named = {name.removeprefix("jr:").removesuffix("(..)") for name in re.findall("`([^`]+)`", table)}
    assert named == FUNCTIONS.keys() | GATHERING.keys() | TIMED.keys() | {"position"}


_LITERALS = st.one_of(
    st.sampled_from(
        [
            "''",
            "'yes'",
            "'a b'",
            "'2026-11-20'",
            "'0001-01-01'",
            "'9999-12-31T23:59:59-12:00'",
            "'('",
            "'1e400'",
        ]
    ),
    st.integers(0, 10**18).map(str),
    st.decimals(0, 10**6, places=3).map(str),
    st.sampled_from([".", "${a}", "${b}", "today()", "now()", "true()", "(1 div 0)", "(0 div 0)", "-1"]),
)


def _call(name: str, smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    known = FUNCTIONS.get(name) or GATHERING[name]
    most = known.least + 2 if known.most is None else known.most
    return st.lists(smaller, min_size=known.least, max_size=most).map(lambda it: f"{name}({', '.join(it)})")


def _grown(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(sorted(OPERATORS))
    compared = st.tuples(smaller, operators, smaller).map(lambda it: f"({it[0]} {it[1]} {it[2]})")
    return compared | st.one_of(
        [
            *[_call(name, smaller) for name, it in sorted(FUNCTIONS.items()) if it.readable is None],
            *[_call(name, smaller) for name in sorted(GATHERING.keys() - {INDEXED, CHOICE_NAME})],
        ]
    )


_ANSWERS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(-(10**15), 10**15),
    st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=3, unique=True),
    st.dates().map(str),
)


@given(
    st.recursive(_LITERALS, _grown, max_leaves=8),
    _ANSWERS,
    _ANSWERS,
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001  (made aware below)
)
def test_every_expression_that_is_taken_has_a_value(
    source: str, a: Value | None, own: Value | None, at: datetime
) -> None:
    expression = read(source)
    assert isinstance(expression, Expression), expression
    answers = {} if a is None else {"x/a": a}
    now = at.replace(tzinfo=UTC) + timedelta(microseconds=1)
    result = expression.value(answers, now, own)
    assert isinstance(result, str | float | bool)
    assert repr(expression.value(answers, now, own)) == repr(result)


@given(st.text(alphabet="${}ab.'\"()=<> ,1+-*/[]selected今", max_size=20))
def test_any_text_is_taken_or_reported(source: str) -> None:
    result = read(source)
    if isinstance(result, Expression):
        result.value({}, NOW)
    else:
        assert result
