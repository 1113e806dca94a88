// Where a learning rate stands beside the largest stable one. The curvature at one state says this of the parabola that fits the
// loss there, and of nothing else: what a run really does is measured, so beyond the limit nothing is foretold here.

export type Stance = "creeps" | "good pace" | "jumps over but arrives" | "past the limit" | "no limit";

/** Up to which part of the largest stable rate it keeps a good pace: as `stability` says it. */
export const GOOD_PACE = 1 / 2;

/** `creeping` is the largest rate that creeps, a 50th of the limit or, with momentum and with Adam, far less; null where there is no limit. */
export function stanceOf(lr: number, limit: number | null, creeping: number | null): Stance {
  if (limit === null || creeping === null) return "no limit";
  const share = lr / limit;
  if (lr <= creeping) return "creeps";
  return share <= GOOD_PACE ? "good pace" : share <= 1 ? "jumps over but arrives" : "past the limit";
}

/** What the engine calls a stance, as the page calls it. */
export const stanceNamed = (engine: string): string => (engine === "diverges" ? "past the limit" : engine);
