// What is said of a learning rate: where it stands beside the limit, and what runs at that rate really did. Only what was measured is
// said to fly off: a network's loss is no parabola, and an optimizer that scales its steps changes the scale, and so the limit, as it goes.
import { figure, several } from "../../lib/format";
import { stanceOf, type Stance } from "../../lib/stance";
import type { Outcome } from "./losses";

/** What became of the loss at a rate. */
export interface Measured {
  readonly lr: number;
  /** "this run", "run 5", "a trial". */
  readonly who: string;
  /** Whether the rate was held, and not changed by a schedule. */
  readonly held: boolean;
  readonly steps: number;
  readonly before: number;
  /** Not finite where it reached NaN or infinity. */
  readonly after: number;
  readonly outcome: Outcome;
}

/** What `stability` found of a state. */
export interface Curvature {
  readonly limit: number | null;
  readonly felt: { readonly largest: number };
  readonly optimizer: string;
  readonly preconditioned: boolean;
  /** No step was made yet: the scale is the one that the first step will make. */
  readonly first_scale: boolean;
  /** The largest rate that creeps. */
  readonly creeping: number | null;
  /** Steps carry earlier gradients on, as with momentum. */
  readonly carries: boolean;
}

export interface Verdict {
  readonly stance: Stance;
  /** In the middle of the dial. */
  readonly short: string;
  /** How it is coloured. */
  readonly tone: "slow" | "good" | "over" | "off" | "";
  /** Of the limit and of this rate beside it. */
  readonly sentence: string;
  /** What was measured at this rate, where that says more than the limit. */
  readonly record: string;
}

/** The first of what was measured at a rate; rates that show the same digits are the same. */
export const measuredAt = (lr: number, all: readonly Measured[]): Measured | null =>
  all.find((one) => one.outcome !== "under way" && Math.abs(one.lr - lr) <= 5e-4 * lr) ?? null;

const SHORT: Readonly<Record<Stance, string>> = {
  creeps: "creeps", "good pace": "good pace", "jumps over but arrives": "jumps over, arrives", "past the limit": "past the limit", "no limit": "",
};
const TONE: Readonly<Record<Stance, Verdict["tone"]>> = { creeps: "slow", "good pace": "good", "jumps over but arrives": "over", "past the limit": "over", "no limit": "" };
const BESIDE: Readonly<Record<Stance, string>> = {
  creeps: "creeps: a step comes at most a 25th nearer to the bottom of the sharpest direction.",
  "good pace": "keeps a good pace: on the parabola that fits the loss here, steps do not pass the bottom.",
  "jumps over but arrives": "jumps over but arrives: on the parabola that fits the loss here, steps pass the bottom and land nearer each time.",
  "past the limit": "is past it: on the parabola that fits the loss here, each step lands farther from the bottom.",
  "no limit": "",
};
/** The same, where steps carry earlier gradients on. */
const CARRIED: Readonly<Partial<Record<Stance, string>>> = {
  "good pace": "keeps a good pace: on the parabola that fits the loss here, steps carry earlier gradients on, and come straight on or swing across the bottom, less far each time.",
  "jumps over but arrives": "jumps over but arrives: on the parabola that fits the loss here, steps cross the bottom nearly every time, yet less far each time.",
};

export function verdictOf(lr: number, found: Curvature | null, place: string, measured: Measured | null): Verdict {
  const stance = stanceOf(lr, found?.limit ?? null, found?.creeping ?? null);
  const flew = measured?.outcome === "flew off";
  const learns = stance === "past the limit" && measured?.outcome === "fell";
  const short = flew ? "flies off" : learns ? "yet it learns" : SHORT[stance];
  const says = measured && (stance === "past the limit" || stance === "no limit" || measured.outcome !== "fell") ? recordOf(measured) : "";
  return { stance, short, tone: flew ? "off" : TONE[stance], sentence: found ? sentenceOf(lr, found, place, stance) : "", record: says };
}

function sentenceOf(lr: number, found: Curvature, place: string, stance: Stance): string {
  const { limit, felt, optimizer, preconditioned, first_scale } = found;
  const beside = (found.carries ? CARRIED[stance] : undefined) ?? BESIDE[stance];
  if (limit === null) return "Nothing curves upwards here, so no rate is too large by its curvature.";
  const told = `By the curvature ${place} the largest stable rate is ${figure(limit, 4)}, ${preconditioned ? `in steps as ${optimizer} scales them` : `for a sharpness of ${figure(felt.largest, 4)}`}.`;
  const rate = `A rate of ${figure(lr, 4)}`;
  if (!preconditioned) return `${told} ${rate} ${beside}`;
  const past = stance === "past the limit";
  if (first_scale) return `${told} ${rate} ${past ? "is past it, but" : beside.replace(/\.$/, "; yet")} ${optimizer} has made no step: this limit is that of its first step alone, and changes within a few.`;
  return `${told} ${rate} ${past ? `is past it as long as ${optimizer} scales its steps as it does here; that scale goes on changing, and the limit with it.` : beside}`;
}

function recordOf({ who, held, steps, before, after, outcome }: Measured): string {
  const whose = `${who[0].toUpperCase()}${who.slice(1)} ${held ? "at this rate" : "went on from this rate by its schedule and"} shows what happens:`;
  if (outcome === "flew off") return `${whose} the loss flew off, ${Number.isFinite(after) ? `from ${figure(before, 2)} to ${figure(after, 2)} in` : "and reached NaN or infinity within"} ${several(steps, "step")}.`;
  if (outcome === "stayed") return `${whose} the loss stayed at ${figure(before, 2)} for ${several(steps, "step")}.`;
  const digits = figure(before, 2) === figure(after, 2) ? 4 : 2;
  const [first, last] = [figure(before, digits), figure(after, digits)];
  if (outcome === "came back") return `${whose} the loss came back to ${last} after ${several(steps, "step")}; it began at ${first}.`;
  return `${whose} the loss ${outcome} from ${first} to ${last} in ${several(steps, "step")}.`;
}
