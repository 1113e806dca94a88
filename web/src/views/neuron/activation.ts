// The activations, for what-if pictures: what a neuron would give out were its sum another. The engine's own numbers are exact; these are for the eye.

export type Activation = (z: number) => number;

/** The error function, right to 1.5 in ten million (Abramowitz and Stegun, Handbook of mathematical functions, 7.1.26). */
export function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - p * Math.exp(-x * x));
}

const LAWS: Readonly<Record<string, (law: Readonly<Record<string, unknown>>) => Activation>> = {
  identity: () => (z) => z,
  relu: () => (z) => (z > 0 ? z : 0),
  leaky_relu: ({ alpha }) => {
    const slope = typeof alpha === "number" ? alpha : 0.01;
    return (z) => (z > 0 ? z : slope * z);
  },
  sigmoid: () => (z) => 1 / (1 + Math.exp(-z)),
  tanh: () => Math.tanh,
  gelu: () => (z) => (z * (1 + erf(z / Math.SQRT2))) / 2,
  silu: () => (z) => z / (1 + Math.exp(-z)),
  softplus: () => (z) => (z > 30 ? z : Math.log1p(Math.exp(z))),
};

/** The activation that a layer's law describes; null where a neuron's output hangs on its neighbours, or the law is unknown. */
export function activationOf(law: Readonly<Record<string, unknown>>): Activation | null {
  return LAWS[String(law.law)]?.(law) ?? null;
}

/** Whether it is 0 for all sums below 0, so that a neuron can be silent. */
export const rectifies = (law: string): boolean => law === "relu";
