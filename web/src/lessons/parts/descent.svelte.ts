// The run of y = 2x that lessons share: where it starts, how fast, how long; and the engine's answer.
import { sentenceOf, type Args } from "../../lib/source";
import type { Page } from "../../lib/state.svelte";
import { X, Y } from "./line";
import { pathOf, trained, type Path } from "./runs";

export const WEIGHT = "dense1.weight[0, 0]";

export interface Descent {
  /** A number, or "roll": the engine draws it from [-4, 4) with `seed`. */
  readonly start: number | "roll";
  readonly seed: number;
  readonly lr: number;
  readonly epochs: number;
}

export const orderOf = ({ start, seed, lr, epochs }: Descent, name: string): Args<"train"> => ({
  data: { x: [...X], y: [...Y] },
  network: [{ units: 1, bias: false, init: start === "roll" ? { law: "uniform", low: -4, high: 4 } : start === 0 ? "zeros" : { law: "constant", value: start } }],
  loss: "mse",
  optimizer: { law: "sgd", lr },
  batch_size: null,
  epochs,
  seed,
  dtype: "float64",
  name,
});

/** The same order in Python. */
export const pythonOf = ({ start, seed, lr, epochs }: Descent): string[] => [
  "import engineroom as er",
  "",
  "net = er.Network(er.Dense(1, bias=False,",
  `    init=${start === "roll" ? "er.Uniform(-4, 4)" : start === 0 ? '"zeros"' : `er.ConstantStart(${start})`}))`,
  "run = er.train(net, [1, 2, 3], [2, 4, 6],",
  `    loss="mse", optimizer=er.SGD(lr=${lr}),`,
  `    batch_size=None, epochs=${epochs},`,
  `    seed=${seed}, dtype="float64")`,
  'print(run.trace("dense1.weight[0, 0]")[-1])',
];

/** Trains it; what goes wrong is told and answered with null. */
export async function descend(page: Page, what: Descent, name: string): Promise<Path | null> {
  try {
    return await pathOf(page, await trained(page, orderOf(what, name)), [WEIGHT]);
  } catch (error) {
    page.tell(sentenceOf(error), "wrong");
    return null;
  }
}
