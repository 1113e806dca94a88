// The optimizers that can be raced, with rates to begin with.

export interface Racer {
  readonly id: string;
  readonly name: string;
  readonly words: string;
  /** What the engine is asked for. */
  readonly law: (lr: number) => Record<string, unknown>;
}

export const RACERS: readonly Racer[] = [
  { id: "sgd", name: "plain descent", words: "w − lr · g", law: (lr) => ({ law: "sgd", lr }) },
  { id: "momentum", name: "momentum", words: "rolls on like a ball", law: (lr) => ({ law: "sgd", lr, momentum: 0.9 }) },
  { id: "rmsprop", name: "RMSProp", words: "paced by the usual size of the gradient", law: (lr) => ({ law: "rmsprop", lr }) },
  { id: "adam", name: "Adam", words: "both of them", law: (lr) => ({ law: "adam", lr }) },
  { id: "adamw", name: "AdamW", words: "Adam, with weights pulled towards 0", law: (lr) => ({ law: "adamw", lr }) },
];

/** Rates that suit a run: its own for its own kind of optimizer, and for the other kind a usual one. */
export function ratesFor(law: string, lr: number | null, weights: number): Record<string, number> {
  const own = lr ?? 0.01;
  const plain = law === "sgd" ? own : 0.05;
  const paced = law === "sgd" ? (weights < 100 ? 0.05 : 0.005) : own;
  return { sgd: plain, momentum: Number((plain / 2).toPrecision(3)), rmsprop: paced, adam: paced, adamw: paced };
}

/** What a racer is called by its law. */
export function racerName(law: string, attributes: Readonly<Record<string, unknown>>): string {
  if (law === "sgd") return Number(attributes.momentum ?? 0) > 0 ? "momentum" : "plain descent";
  return RACERS.find((racer) => racer.id === law)?.name ?? law;
}

/** Run numbers written as 4,5,6. */
export const readRuns = (text: string | undefined): number[] => (text ?? "").split(",").filter((part) => /^\d+$/.test(part)).map(Number).slice(0, 8);
