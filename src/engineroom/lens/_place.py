"""Where a weight sits: its operations in the plan, its two neurons, and their names as people know them."""

from __future__ import annotations

from dataclasses import dataclass

from engineroom.data import Dataset
from engineroom.errors import OptionError
from engineroom.plan import Operation, Plan, resolve

__all__ = ["Place", "layer_of", "locate", "neuron", "writer"]


@dataclass(frozen=True)
class Place:
    """One parameter element and what surrounds it.

    Attributes
    ----------
    name : `dense1.weight[3, 5]`; `parameter`, `index` and `flat` are its array, place and row-major place in it.
    layer : `dense1`.
    input, output : index of the neuron (or column) it comes from, None for a bias, and of the one it goes into.
    backward, update : the operations that make its gradient and its new value.
    words : "from `age` to neuron 5 of dense1".
    input_name, output_name : its two ends alone.
    """

    name: str
    parameter: str
    index: tuple[int, ...]
    flat: int
    layer: str
    input: int | None
    output: int
    backward: Operation
    update: Operation
    words: str
    input_name: str
    output_name: str


def locate(plan: Plan, dataset: Dataset, name: str) -> Place:
    """Return where the weight called `name` sits."""
    element = resolve(plan, name, dataset.columns, dataset.no_inputs)
    parameter, index = element.buffer, element.index
    role = plan.buffer(parameter).role
    if role != "parameter":
        known = ", ".join(b.name for b in plan.parameters)
        raise OptionError(
            f"steps move weights and biases ({known}), and {element} is of kind {role}: name one of those"
        )
    if not any(parameter in operation.writes for operation in plan.operations):
        raise OptionError(f"{element} is frozen in this run, so no step moves it: ask about a step before the fork")
    backward = writer(plan, parameter + ".grad", "backward")
    layer = layer_of(parameter)
    output = index[-1]
    source = index[0] if len(index) == 2 else None
    goal = neuron(plan, dataset, layer, output)
    if source is None:
        origin, words = "1 (a bias adds itself)", f"the bias of {goal}"
    else:
        origin = _origin(plan, dataset, backward.reads[0], source)
        words = f"from {origin} to {goal}"
    update = writer(plan, parameter, "update")
    return Place(
        str(element), parameter, index, element.flat, layer, source, output, backward, update, words, origin, goal
    )


def writer(plan: Plan, buffer: str, phase: str) -> Operation:
    """Return the operation of a phase that writes `buffer`."""
    for operation in plan.operations:
        if operation.phase == phase and buffer in operation.writes:
            return operation
    raise KeyError(buffer)


def layer_of(buffer: str) -> str:
    """Return `dense1` for `dense1.weight`, `dense1.z.grad` and the like."""
    return buffer.split(".", 1)[0]


def neuron(plan: Plan, dataset: Dataset, layer: str, index: int) -> str:
    """Return what a neuron is called: an output by its class or column, any other by its number."""
    if layer != layer_of(plan.output):
        return f"neuron {index} of {layer}"
    target = dataset.target
    if target.kind == "classes":
        # One output for two classes is the second one's.
        alone = plan.buffer(plan.output).shape[-1] == 1
        return f"the output for class {target.classes[1 if alone else index]}"
    return f"the output for `{target.names[index]}`"


def _origin(plan: Plan, dataset: Dataset, buffer: str, index: int) -> str:
    if plan.buffer(buffer).role == "input":
        return f"`{dataset.features[index].name}`"
    return f"neuron {index} of {layer_of(buffer)}"
