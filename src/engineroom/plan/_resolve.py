"""What people call a weight becomes a place in a buffer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.plan._plan import BATCH, Buffer, Plan

__all__ = ["Element", "element_at", "resolve", "whole_buffer"]

QUOTES = "\"'`\u2018\u2019\u201c\u201d"
BRACKETS = re.compile(r"(?P<name>[^\[\]\s]+)\s*\[(?P<index>[^\[\]]*)\]")
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


def resolve(plan: Plan, text: str) -> Element:
    """Return the element that `text` names.

    Parameters
    ----------
    plan : whose buffers are known.
    text : such as `dense1.weight[3, 5]`, `dense1.weight.3.5` or `dense1.bias[2]`; quotes around it do not matter.

    Raises
    ------
    UnknownNameError : no buffer is called so; the nearest name is in the message.
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
    """
    name, index = _taken_apart(text)
    buffer = _find(plan, name)
    shape = tuple(plan.batch_size if n == BATCH else n for n in buffer.shape)
    sizes = " x ".join(map(str, shape))
    example = f"{buffer.name}[{', '.join('0' for _ in shape)}]"
    if index is None:
        raise OptionError(f"{buffer.name} is an array of {sizes}; say which element, such as {example}")
    if len(index) != len(shape):
        axes = f"{len(shape)} index{'es' * (len(shape) > 1)}"
        raise OptionError(f"{buffer.name} is {sizes} and takes {axes}, such as {example}, got {len(index)} in {text!r}")
    flat = 0
    for axis, (i, n) in enumerate(zip(index, shape, strict=True)):
        if not 0 <= i < n:
            raise OptionError(f"{buffer.name} is {sizes}, so index {axis} goes from 0 to {n - 1}, got {i} in {text!r}")
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


def _taken_apart(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Return the name and the index, or None where there is no index."""
    if not isinstance(text, str):
        raise OptionError(f"a weight is named by text such as 'dense1.weight[3, 5]', got {text!r}")
    plain = text.strip().strip(QUOTES).strip()
    found = BRACKETS.fullmatch(plain) or DOTS.fullmatch(plain)
    if found is None:
        return plain, None
    numbers = [n for n in re.split(r"[\s,.]+", found["index"].strip(" .,")) if n]
    if not numbers or not all(re.fullmatch(r"[-+]?\d+", n) for n in numbers):
        raise OptionError(f"the index in {text!r} cannot be read; give whole numbers, such as dense1.weight[3, 5]")
    return found["name"].strip(QUOTES), tuple(map(int, numbers))


def _find(plan: Plan, name: str) -> Buffer:
    known = [buffer.name for buffer in plan.buffers]
    if name in known:
        return plan.buffer(name)
    asked = name if name else "an empty name"
    # Parameters are what people mean; `dense1.weight.gard` with its two dots means something that belongs to one.
    hint = nearest(name, known if name.count(".") > 1 else [buffer.name for buffer in plan.parameters])
    raise UnknownNameError(f"this network has nothing called {asked!r}{hint}")
