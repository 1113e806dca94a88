"""Columns by their names: a frame in another order means the same, one with strangers is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest

from engineroom.data import from_arrays, prepare_inputs
from engineroom.errors import DataError, ShapeError

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
Y = [1.0, 2.0]
NAMED = from_arrays(pandas.DataFrame(X, columns=["a", "b", "c"]), Y)
PLAIN = from_arrays(X, Y)
KINDS: list[Callable[[Any], Any]] = [dict, pandas.DataFrame, polars.DataFrame, pyarrow.table]


def columns(order: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return columns of X, called as `names` says, in an order such as "cab"."""
    return {names[key]: X[:, "abc".index(key)].tolist() for key in order}


OWN = {key: key for key in "abc"}
COUNTED = {"a": "x0", "b": "x1", "c": "x2"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("data", "names"), [(NAMED, OWN), (PLAIN, COUNTED)])
@pytest.mark.parametrize("order", ["abc", "cab", "bca"])
def test_any_order_of_the_names_means_the_same(kind: Any, data: Any, names: Mapping[str, str], order: str) -> None:
    assert prepare_inputs(data, kind(columns(order, names))).tolist() == X.tolist()
    more = {"price": [7.0, 8.0], **columns(order, names)}
    assert prepare_inputs(data, kind(more)).tolist() == X.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_side_has_no_names_the_order_counts(kind: Any) -> None:
    ours = {"a": "age", "b": "size", "c": "rooms"}
    from_one = {"a": "x1", "b": "x2", "c": "x3"}
    assert prepare_inputs(PLAIN, kind(columns("abc", ours))).tolist() == X.tolist()
    assert prepare_inputs(PLAIN, kind(columns("abc", from_one))).tolist() == X.tolist()
    assert prepare_inputs(NAMED, kind(columns("abc", COUNTED))).tolist() == X.tolist()
    assert prepare_inputs(NAMED, pandas.DataFrame(X)).tolist() == X.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_some_names_with_strangers_are_refused(kind: Any) -> None:
    some = kind({"x2": [1.0], "x1": [2.0], "zz": [3.0]})
    with pytest.raises(DataError, match=r"has the columns x2, x1, zz and .* on x0, x1, x2: give all of these"):
        prepare_inputs(PLAIN, some)
    with pytest.raises(DataError, match="has the columns x2, x3, x1 and"):
        prepare_inputs(PLAIN, kind({"x2": [1.0], "x3": [2.0], "x1": [3.0]}))
    with pytest.raises(DataError, match="has no column 'a', which the network is trained on; did you mean 'aa'"):
        prepare_inputs(NAMED, kind({"aa": [1.0], "b": [2.0], "c": [3.0]}))
    with pytest.raises(ShapeError, match=r"is trained on an array of 3 columns and .* has 2 \(p, q\)"):
        prepare_inputs(PLAIN, kind({"p": [1.0], "q": [2.0]}))


def test_a_validation_frame_is_read_by_its_names_too() -> None:
    frame = pandas.DataFrame(X, columns=["a", "b", "c"])
    assert from_arrays(frame, Y, validation=(frame[["c", "a", "b"]], Y)).validation_x.tolist() == X.tolist()
    assert from_arrays(X, Y, validation=(frame, Y)).validation_x.tolist() == X.tolist()
    renamed = from_arrays(frame, Y, validation=(frame[["b", "c", "a"]], Y), feature_names=["p", "q", "r"])
    assert renamed.validation_x.tolist() == X.tolist()
    with pytest.raises(DataError, match="validation X has no column 'c'"):
        from_arrays(frame, Y, validation=(frame.rename(columns={"c": "d"}), Y))


def test_a_name_that_two_columns_have_is_refused_where_names_count() -> None:
    twice = pandas.DataFrame(X, columns=["c", "a", "a"])
    for frame in (twice, pyarrow.Table.from_arrays([pyarrow.array(c) for c in X.T], names=["c", "a", "a"])):
        with pytest.raises(DataError, match="X has two columns 'a': rename one"):
            prepare_inputs(NAMED, frame)
        assert prepare_inputs(PLAIN, frame).tolist() == X.tolist()
        unnamed = from_arrays(frame, Y, validation=(frame, Y))
        assert unnamed.validation_x.tolist() == prepare_inputs(unnamed, frame).tolist() == X.tolist()
    with pytest.raises(DataError, match="validation X has two columns 'a'"):
        from_arrays(pandas.DataFrame(X, columns=["a", "b", "c"]), Y, validation=(twice, Y))


@pytest.mark.parametrize("kind", KINDS)
def test_numbered_columns_in_another_order_than_their_numbers_are_refused(kind: Any) -> None:
    with pytest.raises(DataError, match="has the columns x2, x0, x1 and the network is trained on a, b, c: give all"):
        prepare_inputs(NAMED, kind(columns("cab", COUNTED)))
    upside_down = from_arrays(pandas.DataFrame(X, columns=["x2", "x1", "x0"]), Y)
    assert prepare_inputs(upside_down, kind({"x2": [1.0], "x1": [2.0], "x0": [3.0]})).tolist() == [[1.0, 2.0, 3.0]]


def test_a_frame_that_is_not_computed_yet_is_to_be_collected(recwarn: pytest.WarningsRecorder) -> None:
    lazy = polars.DataFrame(columns("abc", OWN)).lazy()
    for ask in (lambda: prepare_inputs(NAMED, lazy), lambda: from_arrays(lazy, Y)):
        with pytest.raises(DataError, match=r"X is a frame that is not computed yet; give it as X.collect\(\)"):
            ask()
    assert not recwarn.list
