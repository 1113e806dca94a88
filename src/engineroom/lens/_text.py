"""The printed answer: plain text, aligned, sentences at most 79 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from engineroom.lens._exact import Amount, floating
from engineroom.lens._layout import cut, headed, table, wrapped
from engineroom.lens._rows import short
from engineroom.lens._sentences import signed
from engineroom.lens._why import Account, Chain, ChainExample, Example, Gradient, Memory, Proof, Rest

__all__ = ["stored", "why_text"]

_NEURON = 40
"""How wide the name of a neuron may be beside three numbers."""


def stored(value: float, dtype: str) -> str:
    """Return the shortest text that reads back as the same float of its type."""
    return str(np.dtype(dtype).type(value)) if value else "0"


def why_text(
    title: str,
    values: str,
    sentences: Iterable[str],
    account: Account,
    gradient: Gradient,
    chain: Chain,
    memories: Sequence[Memory],
    proof: Proof | None,
    change: Amount,
    numbers: bool,
) -> str:
    """Return the whole explanation; `numbers` are what the network gives, and not classes."""
    blocks = [[*headed(title), f"  {values}"], [line for s in sentences for line in wrapped(s)]]
    blocks.append(_account_lines(account, change))
    blocks.append(_gradient_lines(account, gradient, numbers))
    blocks.append(_chain_lines(chain))
    blocks.extend(_memory_lines(memory) for memory in memories if memory.earlier or memory.this_batch)
    if proof is not None:
        blocks.append(_proof_lines(proof))
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block)


def _account_lines(account: Account, change: Amount) -> list[str]:
    lines = [f"The update, by {account.optimizer}", *wrapped(account.equation)]
    lines += [part for line in account.numbers for part in wrapped(line, hang=8)]
    if account.factors:
        lines += ["", *table([[_short_exact(f.value), f.label] for f in account.factors], "rl")]
    rows = [
        [t.label, _long(t.amount), f"= {short(floating(t.factor))} * {short(floating(t.number))}"]
        for t in account.terms
    ]
    if rows:
        rows.append(["rounding", signed(account.rounding), ""])
        rows.append(["change", _long(change), "= new - old, to the last bit"])
        lines += ["", *table(rows, "lrl")]
    same = "has the same bits" if account.residual == 0 else "has other bits"
    lines.append(f"  residual {account.residual:g}: the new value, computed again by the contract, {same}")
    return lines


def _gradient_lines(account: Account, gradient: Gradient, numbers: bool) -> list[str]:
    count = "the one row" if gradient.batch == 1 else f"the {gradient.batch:,} rows"
    lines = headed(f"The gradient {short(gradient.value)}, as the sum over {count} of input times error signal")
    if gradient.silence:
        return [*lines, *wrapped(f"It is 0 because {gradient.silence}.")]
    rows = [["row", "input", "error", "gradient", "push", "target", "predicted"]]
    for example in (*gradient.up, *gradient.down):
        rows.append(_example_cells(example))
    if gradient.rest.count:
        rest = gradient.rest
        rows.append([f"{rest.count:,} more", "", "", signed(rest.contribution), signed(rest.push), "", ""])
    rows.append(["rounding", "", "", signed(gradient.rounding), signed(gradient.rounding_push), "", ""])
    whole = account.terms[0].amount if account.terms else floating(account.per_gradient)
    rows.append(["sum", "", "", signed(gradient.value), signed(whole), "", ""])
    lines += table(rows, "rrrrrrr" if numbers else "rrrrrll", beneath=5)
    return [*lines, *wrapped(f"Input: {gradient.input_name}. Rule: {account.rule[0].lower()}{account.rule[1:]}")]


def _example_cells(example: Example) -> list[str]:
    value = short(example.input)
    if example.raw is not None and example.raw != value:
        value = f"{cut(example.raw)} ({value})"
    push = signed(example.push)
    return [
        str(example.row),
        value,
        signed(example.error),
        signed(example.contribution),
        push,
        cut(example.target),
        cut(example.prediction),
    ]


def _chain_lines(chain: Chain) -> list[str]:
    if chain.from_loss:
        lines = [*headed(f"The error signal of {chain.neuron} comes from the loss"), *wrapped(chain.source)]
        return lines + wrapped(chain.formula) + table([_loss_cells(chain, e) for e in chain.examples], "rll", beneath=2)
    lines = [*headed(f"The error signal of {chain.neuron} came back from {chain.source}"), *wrapped(chain.formula)]
    rows = [["through", "weight", "of the gradient"]]
    rows += [[cut(link.neuron, _NEURON), short(link.weight), signed(link.amount)] for link in chain.batch]
    rows += _rest_cells(chain.rest, 3)
    if chain.coupling:
        rows.append([f"{chain.activation} takes", "", signed(chain.coupling)])
    rows.append(["rounding", "", signed(chain.rounding)])
    lines += table(rows, "lrr")
    if chain.examples:
        lines += _traced_lines(chain, chain.examples[0])
    return lines


def _loss_cells(chain: Chain, example: ChainExample) -> list[str]:
    way = ""
    if example.arrived is not None and example.slope is not None:
        way = f" = {signed(example.arrived)} * slope of {chain.activation} {short(example.slope)}"
        way += f" {signed(example.coupling)}" if example.coupling else ""
    return [f"row {example.row}:", example.words, f"error {signed(example.error)}{way}"]


def _traced_lines(chain: Chain, example: ChainExample) -> list[str]:
    """Return one row's way back, neuron by neuron."""
    rows = [[f"row {example.row}", "its error", "* weight", "="]]
    for link in example.links:
        error = "" if link.error is None else signed(link.error)
        rows.append([cut(link.neuron, _NEURON), error, short(link.weight), signed(link.amount)])
    rows += _rest_cells(example.rest, 4)
    if example.arrived is not None:
        rows.append(["sum, rounded", "", "", signed(example.arrived)])
    if example.slope is not None:
        rows.append([f"* slope of {chain.activation}", "", "", short(example.slope)])
    if example.coupling:
        rows.append([f"{chain.activation} takes", "", "", signed(example.coupling)])
    rows.append(["error signal", "", "", signed(example.error)])
    return ["", *table(rows, "lrrr")]


def _rest_cells(rest: Rest, width: int) -> list[list[str]]:
    return [[f"{rest.count:,} more", *[""] * (width - 2), signed(rest.contribution)]] if rest.count else []


def _memory_lines(memory: Memory) -> list[str]:
    what = "moves the weight" if memory.moves else "scales the step"
    lines = headed(f"Earlier steps in {memory.slot}, which {what} and keeps {memory.decay:g} of itself each step")
    whole = memory.this_batch + memory.earlier
    rows = [["this batch", signed(memory.this_batch), _share(memory.this_batch, whole), ""]]
    rows.append(["earlier steps", signed(memory.earlier), _share(memory.earlier, whole), ""])
    for earlier in memory.steps:
        rows.append(
            [f"  step {earlier.step:,}", signed(earlier.amount), "", f"its gradient was {short(earlier.gradient)}"]
        )
    if memory.others_count:
        steps = "1 more step" if memory.others_count == 1 else f"{memory.others_count:,} more steps"
        since = f"since step {memory.since:,}"
        if memory.others_silent:
            since += f"; {'its gradient was' if memory.others_count == 1 else 'their gradients were'} 0"
        rows.append([f"  {steps}", signed(memory.others), "", since])
    if memory.rounding:
        rows.append(["  rounding", signed(memory.rounding), "", "in steps with gradient 0"])
    if memory.since > 1:
        rows.append(["  older", signed(memory.older), "", f"before step {memory.since:,}"])
    return [*lines, *table(rows, "lrrl")]


def _share(part: Fraction, whole: Fraction) -> str:
    """Parts of one sign have shares; parts that pull against each other have none."""
    if whole == 0 or part == 0 or not 0 <= part / whole <= 1:
        return ""
    share = float(part / whole)
    return "< 1 %" if share < 0.005 else "> 99 %" if 0.995 < share < 1 else f"{100 * share:.0f} %"


def _proof_lines(proof: Proof) -> list[str]:
    lines = [f"The step made again without row {proof.row}"]
    rows = [["with it, the weight moved by", signed(proof.change)]]
    rows.append(["account: without its share, still a mean over all rows", signed(proof.predicted_same_count)])
    if proof.predicted is not None and proof.really is not None:
        rows.append(["account: without its share, a mean over the rows left", signed(proof.predicted)])
        rows.append(["really: trained without it", signed(proof.really)])
    return [*lines, *table(rows, "lr"), *wrapped(proof.words)]


def _long(amount: Amount) -> str:
    value = floating(amount)
    return "0" if value == 0 else f"{value:+.10g}"


def _short_exact(value: float) -> str:
    return f"{value:.6g}"
