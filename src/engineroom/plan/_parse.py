"""The text of a plan becomes the plan again."""

from __future__ import annotations

from typing import Any, get_args

from engineroom.errors import OptionError
from engineroom.plan._plan import BATCH, Buffer, Init, Operation, Phase, Plan, Role, ScheduleLine

__all__ = ["parse_plan"]


def parse_plan(text: str) -> Plan:
    """Return the plan whose `str` is `text`.

    Raises
    ------
    OptionError : where a line cannot be read; it is named by its number.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(1)), MSE(), SGD(), inputs=2, target=("number", 1), batch_size=3, steps=1)
    >>> parse_plan(str(plan)) == plan
    True
    """
    facts: dict[str, str] = {}
    buffers: list[Buffer] = []
    operations: list[Operation] = []
    schedule: ScheduleLine | None = None
    for position, line in enumerate(text.splitlines(), 1):
        try:
            word, _, rest = line.strip().partition(" ")
            if word == "buffer":
                buffers.append(_buffer(rest))
            elif word == "op":
                operations.append(_operation(rest))
            elif word == "schedule":
                law, attributes = _attributes(rest)
                schedule = ScheduleLine(law, attributes)
            elif word in ("engineroom-plan", "numerics", "dtype", "batch", "order", "output") and word not in facts:
                facts[word] = rest
            else:
                raise OptionError("no line of a plan begins like that, or it stands twice")
        except (ValueError, OverflowError) as fault:
            raise OptionError(f"line {position} of the plan cannot be read, {line!r}: {fault}") from None
    return _plan(facts, buffers, operations, schedule)


def _plan(
    facts: dict[str, str], buffers: list[Buffer], operations: list[Operation], schedule: ScheduleLine | None
) -> Plan:
    for word in ("engineroom-plan", "numerics", "dtype", "batch", "order", "output"):
        if word not in facts:
            raise OptionError(f"the plan has no line {word!r}; give the whole text that str(plan) printed")
    if facts["engineroom-plan"] != "1":
        raise OptionError(f"this engineroom reads plans of format 1, got {facts['engineroom-plan']}; update it")
    if schedule is None:
        raise OptionError("the plan has no line 'schedule'; give the whole text that str(plan) printed")
    dtype, order = facts["dtype"], facts["order"]
    if dtype not in ("float32", "float64") or order not in ("shuffled", "sequential"):
        raise OptionError(f"a plan is float32 or float64, shuffled or sequential, got {dtype!r} and {order!r}")
    names = {buffer.name for buffer in buffers}
    used = {facts["output"], *(name for op in operations for name in (*op.reads, *op.writes))} - {"-"}
    if used - names:
        raise OptionError(f"the plan uses {sorted(used - names)[0]!r}, which no line 'buffer' declares")
    if not (facts["numerics"].isdecimal() and facts["batch"].isdecimal()):
        raise OptionError(f"numerics and batch must be whole, got {facts['numerics']!r} and {facts['batch']!r}")
    return Plan(
        numerics=int(facts["numerics"]),
        dtype="float32" if dtype == "float32" else "float64",
        batch_size=int(facts["batch"]),
        shuffle=order == "shuffled",
        output=facts["output"],
        buffers=tuple(buffers),
        operations=tuple(operations),
        schedule=schedule,
    )


def _buffer(text: str) -> Buffer:
    declared, _, start = text.partition(" ; ")
    name, given_role, shape = declared.split(" ")
    role: Role = _one_of(given_role, get_args(Role), "role")
    init = None
    if start:
        kind, *values = start.split(" ")
        init = Init(_one_of(kind, ("constant", "uniform", "normal"), "start"), tuple(map(float.fromhex, values)))
    return Buffer(name, role, tuple(BATCH if n == "B" else int(n) for n in shape.split("x")), init)


def _operation(text: str) -> Operation:
    named, attributes = _attributes(text)
    given_phase, law, *operands = named.split(" ")
    phase: Phase = _one_of(given_phase, get_args(Phase), "phase")
    arrow = operands.index("->")
    return Operation(phase, law, tuple(operands[:arrow]), tuple(operands[arrow + 1 :]), attributes)


def _attributes(text: str) -> tuple[str, tuple[tuple[str, float], ...]]:
    named, _, given = text.partition(" ; ")
    pairs = []
    for pair in given.split():
        key, equals, value = pair.partition("=")
        if not equals:
            raise OptionError(f"{pair!r} is not name=number")
        pairs.append((key, float.fromhex(value)))
    return named, tuple(pairs)


def _one_of(given: str, known: tuple[str, ...], what: str) -> Any:
    if given not in known:
        raise OptionError(f"there is no {what} {given!r}")
    return given
