"""One weight learns y = 2x by gradient descent, in bare NumPy: no framework, nothing hidden.

    python examples/one_weight.py

The engine makes the same run, and `tests/examples/` compares the two to the last digit:

    er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
             optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
"""

import numpy as np

x = np.array([1.0, 2.0, 3.0])  # what goes in
y = np.array([2.0, 4.0, 6.0])  # what should come out: twice as much
w = 0.0  # the one weight, which knows nothing yet
lr = 0.01  # the learning rate: how far to turn the weight each time

for epoch in range(50):
    prediction = w * x  # forward pass
    loss = np.mean((prediction - y) ** 2)  # how wrong, on average
    slope = np.mean(2 * (prediction - y) * x)  # backpropagation: which way is up, and how steep
    w -= lr * slope  # weight update: one small step downhill
    if epoch % 10 == 0:
        print(f"Epoch {epoch}: Loss={loss:.4f}, Weight={w:.4f}")
