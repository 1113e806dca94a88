// One step of one weight, taken apart into the numbers of its batch; all of them are the engine's.
import { numbers } from "../../lib/framing";
import type { Asks } from "../../lib/messages";

type Cycle = Asks["cycle"]["answer"];

export interface Row {
  readonly x: number;
  readonly wanted: number;
  readonly said: number;
  readonly off: number;
  readonly squared: number;
  /** Its share of the slope: what the error sends back through this input. */
  readonly share: number;
}

export interface StepFacts {
  readonly step: number;
  readonly lr: number;
  readonly rows: readonly Row[];
  readonly before: number;
  readonly after: number;
  readonly slope: number;
  readonly loss: number;
}

/** Reads a step of a network with one input, one weight and no bias. */
export function factsOf(cycle: Cycle): StepFacts {
  const column = (name: string): ArrayLike<number> => numbers(cycle.columns, name);
  const [x, y, z, squared, error] = ["x", "y", "dense1.z", "loss.examples", "dense1.z.grad"].map(column);
  const rows = Array.from({ length: cycle.rows_shown }, (_, i) => ({
    x: x[i],
    wanted: y[i],
    said: z[i],
    off: z[i] - y[i],
    squared: squared[i],
    share: error[i] * x[i],
  }));
  return {
    step: cycle.step,
    lr: cycle.lr,
    rows,
    before: column("dense1.weight")[0],
    after: column("dense1.weight.after")[0],
    slope: column("dense1.weight.grad")[0],
    loss: cycle.loss ?? NaN,
  };
}
