"""What people call a weight becomes a place in a buffer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.plan._plan import BATCH, Buffer, Plan

__all__ = ["Element", "element_at", "resolve", "whole_buffer"]

DIGITS = "0123456789"
QUOTES = "\"'`\u2018\u2019\u201c\u201d"
BRACKETS = re.compile(r"(?P<name>[^\[\]\s]+)\s*\[(?P<index>.*)\]", re.DOTALL)
NUMBER = re.compile(r"[-+]?\d{1,4000}")
"""An index; of more digits Python makes no number."""
DOTS = re.compile(r"(?P<name>.*?)(?P<index>(?:\.[-+]?\d+)+)")


@dataclass(frozen=True)
class Element:
    """One element of a buffer.

    Attributes
    ----------
    buffer : the buffer's name.
    index : one number an axis, from 0.
    flat : where it stands in the row-major array.
    """

    buffer: str
    index: tuple[int, ...]
    flat: int

    def __str__(self) -> str:
        return f"{self.buffer}[{', '.join(map(str, self.index))}]"


def resolve(plan: Plan, text: str, columns: Sequence[str] = (), others: Mapping[str, str] = {}) -> Element:
    """Return the element that `text` names.

    Parameters
    ----------
    plan : whose buffers are known.
    text : such as `dense1.weight[3, 5]`, `dense1.weight.3.5` or `dense1.bias[2]`; quotes around it do not matter.
        The weights of the first layer, their gradients and slots take the name of an input in place of its number:
        `dense1.weight[age, 5]`, `dense1.weight.age.5`. All before the last comma or dot is the name, and quotes around
        it do not matter either, except that a name which looks like a number needs them.
    columns : what the inputs are called, in order; without them there are numbers only.
    others : why other columns are no inputs, such as {"price": "is the target"}.

    Raises
    ------
    UnknownNameError : no buffer or input is called so; the nearest name is in the message.
    OptionError : the index is missing, has the wrong number of axes, or is out of range.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(8)), MSE(), SGD(), inputs=4, target=("number", 8), batch_size=3, steps=1)
    >>> element = resolve(plan, "'dense1.weight.3.5'")
    >>> print(element, element.flat)
    dense1.weight[3, 5] 29
    >>> print(resolve(plan, "dense1.weight[rooms, 5]", columns=["age", "size, m2", "town=Ulm", "rooms"]))
    dense1.weight[3, 5]
    """
    name, index = _taken_apart(text)
    if not name:
        raise _unnamed(plan, text)
    if isinstance(index, str) or (index and not _knows(plan, name)):
        name, index = _by_column(plan, text, columns) or (name, index)
    if isinstance(index, tuple) and len(index) == 1 and columns and not _knows(plan, name):
        array = next((a for a in _fed_by_columns(plan) if name.startswith(f"{a}.")), None)
        if array is not None:
            raise _no_input(array, name.removeprefix(f"{array}."), columns, others)
    buffer = _find(plan, name, columns)
    if isinstance(index, str):
        raise _no_column(plan, buffer, index, text, columns, others)
    shape = _shape(plan, buffer)
    sizes = " x ".join(map(str, shape))
    example = f"{buffer.name}[{', '.join('0' for _ in shape)}]"
    if index is None:
        raise OptionError(f"{buffer.name} is an array of {sizes}; say which element, such as {example}")
    if len(index) != len(shape):
        axes = f"{len(shape)} index{'es' * (len(shape) > 1)}"
        raise OptionError(
            f"{buffer.name} is {sizes} and takes {axes}, such as {example}, got {len(index)} in {text!r:.80}"
        )
    flat = 0
    for axis, (i, n) in enumerate(zip(index, shape, strict=True)):
        if not 0 <= i < n:
            raise OptionError(
                f"{buffer.name} is {sizes}, so index {axis} goes from 0 to {n - 1}, got {i!r:.24} in {text!r:.80}"
            )
        flat = flat * n + i
    return Element(buffer.name, index, flat)


def element_at(plan: Plan, place: int) -> Element:
    """Return the weight, bias or slot that stands at a place of `State.values`.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(8)), MSE(), SGD(), inputs=4, target=("number", 8), batch_size=3, steps=1)
    >>> print(element_at(plan, 29), element_at(plan, 34))
    dense1.weight[3, 5] dense1.bias[2]
    """
    piece = next((p for p in plan.layout if p.offset <= place < p.offset + p.size), None)
    if piece is None:
        raise OptionError(f"a state of this plan has places 0 to {plan.state_size - 1:,}, got {place!r}")
    flat = left = place - piece.offset
    index: tuple[int, ...] = ()
    for n in reversed(piece.shape):
        left, i = divmod(left, n)
        index = (i, *index)
    return Element(piece.name, index, flat)


def whole_buffer(plan: Plan, text: str) -> Buffer | None:
    """Return the buffer whose whole array `text` names, such as `dense1.weight`; None where it names no whole one.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(8)), MSE(), SGD(), inputs=4, target=("number", 8), batch_size=3, steps=1)
    >>> whole_buffer(plan, "'dense1.weight'").shape, whole_buffer(plan, "dense1.weight[3, 5]")
    ((4, 8), None)
    """
    name, index = _taken_apart(text)
    return next((buffer for buffer in plan.buffers if buffer.name == name), None) if index is None else None


def _taken_apart(text: str) -> tuple[str, tuple[int, ...] | str | None]:
    """Return the name and the index: as it was written if it is no numbers, or None where there is none."""
    if not isinstance(text, str):
        raise OptionError(f"a weight is named by text such as 'dense1.weight[3, 5]', got {text!r:.80}")
    plain = _plain(text)
    found = BRACKETS.fullmatch(plain) or DOTS.fullmatch(plain)
    if found is None:
        return plain, None
    name = found["name"].strip(QUOTES)
    numbers = [n for n in re.split(r"[\s,.]+", found["index"].strip(" .,")) if n]
    if not numbers or not all(NUMBER.fullmatch(n) for n in numbers):
        return name, found["index"].strip()
    return name, tuple(map(int, numbers))


def _by_column(plan: Plan, text: str, columns: Sequence[str]) -> tuple[str, tuple[int, int]] | None:
    """Return the array and the index that an input's name and a neuron's number stand for, if `text` is made so."""
    plain = _plain(text)
    found = BRACKETS.fullmatch(plain)
    for array in _fed_by_columns(plan):
        if found is not None and found["name"].strip(QUOTES) == array:
            row, _, neuron = found["index"].rpartition(",")
        elif found is None and plain.startswith(f"{array}."):
            row, _, neuron = plain[len(array) + 1 :].rpartition(".")
        else:
            continue
        asked = row.strip()
        # A name may have quotes of its own: only where there is none so called does another way of quoting count.
        inside = [asked[1:-1]] if len(asked) > 2 and asked[0] == asked[-1] and asked[0] in QUOTES else []
        for called in (asked, *inside, asked.strip(QUOTES)):
            if called in columns and NUMBER.fullmatch(neuron.strip()):
                return array, (columns.index(called), int(neuron))
    return None


def _no_column(
    plan: Plan, buffer: Buffer, index: str, text: str, columns: Sequence[str], others: Mapping[str, str]
) -> OptionError:
    """Return what is wrong with an index that is neither numbers nor an input's name and a number."""
    row, _, neuron = (part.strip() for part in index.rpartition(","))
    named = buffer.name in _fed_by_columns(plan) and len(columns) > 0
    if named and row and NUMBER.fullmatch(neuron):
        return _no_input(buffer.name, row.strip(QUOTES), columns, others)
    example = f"{buffer.name}[{', '.join('0' for _ in buffer.shape)}]"
    also = f", or an input's name and a number, such as {buffer.name}[{columns[0]}, 0]" if named else ""
    return OptionError(f"the index in {text!r:.80} cannot be read; give whole numbers, such as {example}{also}")


def _no_input(array: str, asked: str, columns: Sequence[str], others: Mapping[str, str]) -> UnknownNameError:
    """Return that there is no such input, with the reason or the nearest one, or else which there are."""
    several = [called for called in columns if called.startswith(f"{asked}=")]
    if several:
        hint = f"its categories are {', '.join(map(repr, several))}"
        return UnknownNameError(f"{array} has no input called {asked!r:.80}; {hint}")
    if asked in others:
        known = ", ".join(map(repr, columns[:12])) + (", ..." if len(columns) > 12 else "")
        hint = f"that column {others[asked]}; its inputs are {known}"
        return UnknownNameError(f"{array} has no input called {asked!r:.80}: {hint}")
    like = sorted(columns, key=lambda c: -SequenceMatcher(None, asked.casefold(), c.casefold()).ratio())
    return UnknownNameError(f"{array} has no input called {asked!r:.80}{nearest(asked, like)}")


def _fed_by_columns(plan: Plan) -> list[str]:
    """Return the arrays that have a row for each input: the first layer's weights, their gradient and slots."""
    inputs = {buffer.name for buffer in plan.buffers if buffer.role == "input"}
    weights = {op.reads[1] for op in plan.operations if op.law == "affine_forward" and op.reads[0] in inputs}
    return [b.name for b in plan.buffers if any(b.name == w or b.name.startswith(f"{w}.") for w in weights)]


def _find(plan: Plan, name: str, columns: Sequence[str]) -> Buffer:
    if _knows(plan, name):
        return plan.buffer(name)
    # The column alone is no weight: many lead from it.
    arrays = _fed_by_columns(plan)
    array = next((a for a in arrays if name.startswith(f"{a}.")), arrays[0] if arrays else "")
    column = name.removeprefix(f"{array}.")
    for called in columns:
        if called == column or called.startswith(f"{column}="):
            layer, what = array.partition(".")[0], "an input" if called == column else "a column of several inputs"
            weight = f"{array}.{called}.0"
            raise UnknownNameError(
                f"{column!r} is {what}, with a weight to each neuron of {layer}: "
                f"name one, such as {repr(weight) if ' ' in weight else weight}"
            )
    # Parameters are what people mean; `dense1.weight.gard` with its two dots means something that belongs to one.
    known = [buffer.name for buffer in plan.parameters]
    if name.count(".") > 1:
        known = [buffer.name for buffer in plan.buffers]
        known += [f"{array}.{called}" for array in arrays for called in columns]
    layer = name.partition(".")[0]
    layers = {parameter.name.partition(".")[0] for parameter in plan.parameters}
    further = layer not in layers and layer.rstrip(DIGITS) in {one.rstrip(DIGITS) for one in layers}
    parts = {parameter.name.partition(".")[2] for parameter in plan.parameters}
    unlike = layer in layers and name.count(".") == 1 and not get_close_matches(name.partition(".")[2], parts)
    if further or unlike:
        # A layer further on than there are is no slip of the pen, and a layer's name alone makes no two names alike.
        raise UnknownNameError(f"this network has nothing called {name!r:.80}; its parameters are {_parameters(plan)}")
    raise UnknownNameError(f"this network has nothing called {name!r:.80}{nearest(name, known)}")


def _unnamed(plan: Plan, text: str) -> UnknownNameError:
    """Return that a name was expected, and which there are."""
    first = plan.parameters[0]
    example = f"{first.name}[{', '.join('0' for _ in first.shape)}]"
    return UnknownNameError(
        f"the name of a weight is missing in {text!r:.80}: give one such as {example}; "
        f"the parameters of this network are {_parameters(plan)}"
    )


def _parameters(plan: Plan) -> str:
    names = [repr(parameter.name) for parameter in plan.parameters]
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def _knows(plan: Plan, name: str) -> bool:
    return any(buffer.name == name for buffer in plan.buffers)


def _shape(plan: Plan, buffer: Buffer) -> tuple[int, ...]:
    return tuple(plan.batch_size if n == BATCH else n for n in buffer.shape)


def _plain(text: str) -> str:
    return text.strip().strip(QUOTES).strip()
