"""What people call a weight, and the sentences for what they cannot have meant."""

from __future__ import annotations

import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.network import Network
from engineroom.ops import Adam, CrossEntropy, Dense
from engineroom.plan import Element, build_plan, element_at, resolve, whole_buffer

PLAN = build_plan(
    Network(Dense(8, "relu"), Dense(3, name="top_2")),
    CrossEntropy(),
    Adam(),
    inputs=6,
    target=("classes", 3),
    batch_size=5,
    steps=1,
)
WEIGHT = Element("dense1.weight", (3, 5), 29)


@pytest.mark.parametrize(
    "text",
    [
        "dense1.weight[3, 5]",
        "dense1.weight[3,5]",
        "dense1.weight[ 3 5 ]",
        "dense1.weight [3, 5]",
        "dense1.weight.3.5",
        "dense1.weight[3.5]",
        " 'dense1.weight[3, 5]' ",
        '"dense1.weight.3.5"',
        "`dense1.weight`[3, 5]",
        "\u201cdense1.weight[3, 5]\u201d",
    ],
)
def test_many_ways_to_name_a_weight(text: str) -> None:
    assert resolve(PLAN, text) == WEIGHT
    assert str(WEIGHT) == "dense1.weight[3, 5]"


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("top_2.bias[2]", Element("top_2.bias", (2,), 2)),
        ("top_2.bias.2", Element("top_2.bias", (2,), 2)),
        ("top_2.weight.7.2", Element("top_2.weight", (7, 2), 23)),
        ("dense1.weight.grad[3, 5]", Element("dense1.weight.grad", (3, 5), 29)),
        ("dense1.weight.m.0.7", Element("dense1.weight.m", (0, 7), 7)),
        ("dense1.a[4, 7]", Element("dense1.a", (4, 7), 39)),
    ],
)
def test_biases_gradients_slots_and_signals_too(text: str, element: Element) -> None:
    assert resolve(PLAN, text) == element
    assert resolve(PLAN, str(element)) == element


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dense1.wieght[3, 5]", "nothing called 'dense1.wieght'; did you mean 'dense1.weight'"),
        ("dens1.weight.3.5", "did you mean 'dense1.weight'"),
        ("dense1.weight.gard[0, 0]", "did you mean 'dense1.weight.grad'"),
        ("nonsense", "nothing called 'nonsense'; known are 'dense1.weight', 'dense1.bias'"),
    ],
)
def test_unknown_names_get_the_nearest(text: str, sentence: str) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        resolve(PLAN, text)


@pytest.mark.parametrize("text", ["", " ", "''", ".3.5"])
def test_a_name_that_is_missing_is_asked_for(text: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        resolve(PLAN, text)
    assert str(refused.value) == (
        f"the name of a weight is missing in {text!r}: give one such as dense1.weight[0, 0]; "
        "the parameters of this network are 'dense1.weight', 'dense1.bias', 'top_2.weight', 'top_2.bias'"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dense1.weight", r"dense1.weight is an array of 6 x 8; say which element, such as dense1.weight\[0, 0\]"),
        ("dense1.weight[3]", r"dense1.weight is 6 x 8 and takes 2 indexes, such as dense1.weight\[0, 0\], got 1"),
        ("top_2.bias[0, 1]", r"top_2.bias is 3 and takes 1 index, such as top_2.bias\[0\], got 2"),
        ("dense1.weight[6, 0]", "so index 0 goes from 0 to 5, got 6"),
        ("dense1.weight.0.8", "so index 1 goes from 0 to 7, got 8"),
        ("dense1.weight[-1, 0]", "so index 0 goes from 0 to 5, got -1"),
        ("dense1.weight.0.-1", "so index 1 goes from 0 to 7, got -1"),
        ("dense1.weight[a, b]", "the index in .* cannot be read"),
        ("dense1.weight[]", "the index in .* cannot be read"),
        (f"dense1.weight[{'9' * 5000}, 1]", r"the index in 'dense1.weight\[9{65} cannot be read"),
        (f"dense1.weight.{'9' * 5000}.1", r"the index in 'dense1.weight.9{65} cannot be read"),
        (f"dense1.weight.{'9' * 50}.1", r"goes from 0 to 5, got 9{24} in"),
        (3, "a weight is named by text"),
    ],
)
def test_an_index_that_is_not_there(text: str, sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        resolve(PLAN, text)


COLUMNS = ("age", "town=Ulm", "price [EUR], net", "size m2", "3", "x.1")


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("dense1.weight[age, 5]", (0, 5)),
        ("dense1.weight[age,5]", (0, 5)),
        ("dense1.weight.age.5", (0, 5)),
        ("'dense1.weight[age, 5]'", (0, 5)),
        ("dense1.weight['age', 5]", (0, 5)),
        ('dense1.weight."age".5', (0, 5)),
        ("dense1.weight[town=Ulm, 0]", (1, 0)),
        ("dense1.weight.town=Ulm.0", (1, 0)),
        ("dense1.weight[price [EUR], net, 7]", (2, 7)),
        ('dense1.weight["price [EUR], net", 7]', (2, 7)),
        ("dense1.weight[size m2, 1]", (3, 1)),
        ("dense1.weight.size m2.1", (3, 1)),
        ("dense1.weight[3, 5]", (3, 5)),  # a number is a number,
        ("dense1.weight['3', 5]", (4, 5)),  # unless it is quoted
        ("dense1.weight['3',5]", (4, 5)),
        ("dense1.weight[x.1, 5]", (5, 5)),
        ("dense1.weight.x.1.5", (5, 5)),
    ],
)
def test_an_input_may_be_called_by_its_name(text: str, index: tuple[int, int]) -> None:
    assert resolve(PLAN, text, COLUMNS) == Element("dense1.weight", index, index[0] * 8 + index[1])
    assert whole_buffer(PLAN, text) is None


@pytest.mark.parametrize(
    ("called", "row"),
    [
        ("a", 0),
        ("'a'", 1),
        ("''a''", 1),
        (" \"'a'\" ", 1),
        ('"b"', 2),
        ("'\"b\"'", 2),
        ('"\'"', 3),
        ("it's", 4),
        ("'it's'", 4),
        ("''c''", 5),
    ],
)
def test_an_input_may_have_quotes_in_its_name(called: str, row: int) -> None:
    columns = ("a", "'a'", '"b"', "'", "it's", "c")
    assert resolve(PLAN, f"dense1.weight[{called}, 5]", columns).index == (row, 5)


def test_gradients_and_slots_have_named_inputs_too() -> None:
    assert resolve(PLAN, "dense1.weight.grad[age, 5]", COLUMNS) == Element("dense1.weight.grad", (0, 5), 5)
    assert resolve(PLAN, "dense1.weight.m.town=Ulm.7", COLUMNS) == Element("dense1.weight.m", (1, 7), 15)


def test_what_looks_like_a_name_of_an_array_is_one() -> None:
    assert resolve(PLAN, "dense1.weight.m.3.5", ("m.3", *COLUMNS[1:])) == Element("dense1.weight.m", (3, 5), 29)


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("dense1.weight[aeg, 5]", UnknownNameError, "dense1.weight has no input called 'aeg'; did you mean 'age'"),
        ("dense1.weight['town=Uml', 5]", UnknownNameError, "no input called 'town=Uml'; did you mean 'town=Ulm'"),
        ("dense1.weight.town=Uml.5", UnknownNameError, "no input called 'town=Uml'; did you mean 'town=Ulm'"),
        ("dense1.weight.gard.3.5", UnknownNameError, "did you mean 'dense1.weight.grad'"),
        ("dense1.weight[age, 8]", OptionError, "so index 1 goes from 0 to 7, got 8 in"),
        ("dense1.weight[age]", OptionError, r"or an input's name and a number, such as dense1.weight\[age, 0\]"),
        ("dense1.weight[age, x]", OptionError, r"or an input's name and a number, such as dense1.weight\[age, 0\]"),
        ("top_2.weight[age, 0]", OptionError, r"give whole numbers, such as top_2.weight\[0, 0\]$"),
        ("dense1.bias[age]", OptionError, r"give whole numbers, such as dense1.bias\[0\]$"),
        ("dense9.weight[age, 0]", UnknownNameError, "called 'dense9.weight'; its parameters are 'dense1.weight'"),
    ],
)
def test_an_input_that_is_not_there(text: str, error: type[OptionError], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        resolve(PLAN, text, COLUMNS)
    assert type(caught.value) is error


@pytest.mark.parametrize("text", ["{}", "'{}'", "{}.0", "dense1.weight.{}"])
@pytest.mark.parametrize(("column", "said", "example"), [
    ("age", "'age' is an input, with", "dense1.weight.age.0"),
    ("town", "'town' is a column of several inputs, with", "dense1.weight.town=Bonn.0"),
])  # fmt: skip
def test_a_column_alone_is_told_how_its_weights_are_called(text: str, column: str, said: str, example: str) -> None:
    columns = ["rooms", "age", "town=Bonn", "town=Ulm", "a", "b"]
    with pytest.raises(UnknownNameError) as caught:
        resolve(PLAN, text.format(column), columns)
    assert str(caught.value) == f"{said} a weight to each neuron of dense1: name one, such as {example}"
    assert resolve(PLAN, example, columns).index == (columns.index(example[14:-2]), 0)


def test_a_whole_array_has_a_name_of_its_own() -> None:
    assert whole_buffer(PLAN, " 'dense1.weight.grad' ") == PLAN.buffer("dense1.weight.grad")
    assert whole_buffer(PLAN, "dense1.weight[3, 5]") is None
    assert whole_buffer(PLAN, "dense1.bia") is None


def test_every_place_of_a_state_has_the_name_that_leads_to_it() -> None:
    place = 0
    for piece in PLAN.layout:
        for flat in range(piece.size):
            element = element_at(PLAN, place)
            assert (element.buffer, element.flat) == (piece.name, flat)
            assert resolve(PLAN, str(element)) == element
            place += 1
    assert place == PLAN.state_size
    for outside in (-1, place):
        with pytest.raises(OptionError, match=f"has places 0 to {place - 1}, got {outside}"):
            element_at(PLAN, outside)


@pytest.mark.parametrize("text", ["dense1.weight.{}.3", "dense1.weight[{}, 3]"])
def test_a_column_that_is_no_input_is_told_so(text: str) -> None:
    others = {"id": "was left out of the table", "cost": "is the target"}
    inputs = "its inputs are 'age', 'town=Ulm', 'price [EUR], net', 'size m2', '3', 'x.1'"
    for column, reason in others.items():
        with pytest.raises(UnknownNameError) as caught:
            resolve(PLAN, text.format(column), COLUMNS, others)
        assert caught.value.args == (f"dense1.weight has no input called {column!r}: that column {reason}; {inputs}",)
    # Unlike any input: the nearest first, and never a slot such as `v`.
    with pytest.raises(UnknownNameError, match=r"no input called 'q2'; known are 'size m2', 'age', "):
        resolve(PLAN, text.format("q2"), COLUMNS, others)
    with pytest.raises(UnknownNameError, match=r"its categories are 'town=Ulm'$"):
        resolve(PLAN, text.format("town"), COLUMNS, others)
