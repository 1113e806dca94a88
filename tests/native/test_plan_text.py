"""The core reads the text of a plan, and says in a sentence what it cannot read."""

import numpy as np
import pytest

from engineroom.engine import _core

GOOD = """\
engineroom-plan 1
numerics 1
dtype float64
batch 3
order shuffled
buffer x input Bx1
buffer y target Bx1
buffer dense1.weight parameter 1x1 ; constant 0x1.8p+1
buffer dense1.z activation Bx1
buffer loss.examples loss B
buffer dense1.z.grad gradient Bx1
buffer dense1.weight.grad gradient 1x1
output dense1.z
schedule constant ; lr=0x1.0p-7 warmup=0x0.0p+0
op forward affine_forward x dense1.weight - -> dense1.z
op loss mse_forward dense1.z y -> loss.examples
op backward mse_backward dense1.z y -> dense1.z.grad
op backward affine_backward x dense1.weight dense1.z.grad -> dense1.weight.grad - -
op update sgd dense1.weight dense1.weight.grad -> dense1.weight ; momentum=0x0p+0 nesterov=0x0p+0 weight_decay=0x0p+0
"""


def test_facts():
    facts = _core.Core(GOOD, 0, "", 1).facts
    assert facts == {"inputs": 1, "outputs": 1, "targets": 1, "classes": 0, "state_size": 1}


@pytest.mark.parametrize(
    "number",
    [
        0.0,
        1.0,
        -1.0,
        0.1,
        1e300,
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        float("inf"),
        -float("inf"),
        1 / 3,
    ],
)
def test_hex_floats_are_read_to_the_bit(number):
    values = np.empty(1)
    _core.Core(GOOD.replace("0x1.8p+1", number.hex()), 0, "", 1).initial(values)
    assert values[0].hex() == number.hex()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("engineroom-plan 1", "engineroom-plan 2", "reads version 1 of plans, not version 2"),
        ("engineroom-plan 1", "hello", "expected `engineroom-plan 1`"),
        ("numerics 1", "numerics 7", "keeps version 1 of the numerics contract, not 7"),
        ("dtype float64", "dtype float16", "dtype must be float32 or float64"),
        ("dtype float64\n", "", "no line `dtype`"),
        ("batch 3", "batch 0", "whole number from 1 on, got `0`"),
        ("batch 3", "batch three", "whole number, got `three`"),
        ("batch 3\n", "", "no line `batch`"),
        ("order shuffled", "order random", "order must be shuffled or sequential"),
        ("output dense1.z", "output dense9.z", "output dense9.z is no buffer"),
        ("schedule constant", "schedule linear", "no schedule is called linear"),
        ("warmup=0x0.0p+0", "", "schedule needs the number `warmup`"),
        ("lr=0x1.0p-7", "lr=0.01", "hex float, got `0.01`"),
        ("; constant 0x1.8p+1", "", "a parameter needs its initial weights"),
        ("; constant 0x1.8p+1", "; uniform 0x1.8p+1", "uniform and normal take two"),
        ("buffer y target", "buffer x target", "the buffer x is there already"),
        ("buffer y target", "buffer y goal", "no role is called `goal`"),
        ("op loss mse_forward", "op loss mse_backwards", "no law is called mse_backwards"),
        ("op loss", "op lossy", "no phase is called `lossy`"),
        ("affine_forward x dense1.weight", "affine_forward x dense2.weight", "no buffer is called dense2.weight"),
        ("affine_forward x dense1.weight - ->", "affine_forward x ->", "reads 2 to 3 buffers, got 1"),
        (
            "buffer dense1.weight parameter 1x1",
            "buffer dense1.weight parameter 2x1",
            "x does not have the weight's inputs",
        ),
        ("buffer y target Bx1", "buffer y target Bx2", "target of the output's shape"),
        ("weight_decay=0x0p+0", "", "needs the number `weight_decay`"),
        ("momentum=0x0p+0", "momentum=0x1p-1", "momentum needs a velocity"),
        (" -> dense1.z\n", " dense1.z\n", "expected `->`"),
        ("order shuffled", "colour blue", "no fact is called `colour`"),
    ],
)
def test_faults_are_one_sentence_with_their_place(old, new, sentence):
    assert old in GOOD
    with pytest.raises(ValueError) as caught:
        _core.Core(GOOD.replace(old, new), 0, "", 1)
    message = str(caught.value)
    assert sentence in message
    assert "\n" not in message
