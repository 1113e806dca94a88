// One neuron, a = f(w x + b): what the page works out while a hand turns its knobs. Every run is the engine's.

export type Law = "identity" | "relu" | "tanh" | "sigmoid";

export const LAWS: readonly { readonly law: Law; readonly words: string; readonly python: string }[] = [
  { law: "identity", words: "no bend: a straight line", python: "z" },
  { law: "relu", words: "0 below 0, z itself above", python: "np.maximum(z, 0)" },
  { law: "tanh", words: "an S, \u22121 to 1", python: "np.tanh(z)" },
  { law: "sigmoid", words: "an S, 0 to 1", python: "1 / (1 + np.exp(-z))" },
];

export function activate(law: Law, z: number): number {
  switch (law) {
    case "identity":
      return z;
    case "relu":
      return Math.max(z, 0);
    case "tanh":
      return Math.tanh(z);
    case "sigmoid":
      return 1 / (1 + Math.exp(-z));
  }
}

/** Hours after sunrise, and how far a flower is open. */
export const HOURS: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
export const OPEN: readonly number[] = [0.01, 0.05, 0.18, 0.5, 0.82, 0.95, 0.99];

export const lossOf = (law: Law, w: number, b: number): number =>
  HOURS.reduce((sum, x, i) => sum + (activate(law, w * x + b) - OPEN[i]) ** 2, 0) / HOURS.length;
