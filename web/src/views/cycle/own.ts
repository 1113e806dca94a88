// Numbers to be predicted are standardized for the network; people read them in their own unit, with what the network sees beside.
import { amount, miss } from "../../lib/amount";
import { compact, figure } from "../../lib/format";
import type { Description } from "../../lib/state.svelte";

type Told = Pick<Description, "target">;

const isStandardized = ({ target: { kind, mean, scale } }: Told, j: number): boolean => kind === "number" && ((scale[j] ?? 1) !== 1 || (mean[j] ?? 0) !== 0);

/** A standardized target, or a prediction of it, in its own unit; null where it was left as it is. */
export function inOwnUnit(told: Told, j: number, value: number): string | null {
  return isStandardized(told, j) ? amount(value * told.target.scale[j] + told.target.mean[j], told.target.measures[j]) : null;
}

/** The same with the standardized number behind it, 236,023 EUR (−1.16). */
export function withOwnUnit(told: Told, j: number, value: number): string {
  const own = inOwnUnit(told, j, value);
  return own === null ? figure(value) : `${own} (${compact(value)})`;
}

/** How far a prediction is from its target, in the target's unit. */
export function offBy(told: Told, j: number, said: number, wanted: number): string {
  const off = Math.abs(said - wanted) * (told.target.scale[j] ?? 1);
  const measure = told.target.measures[j];
  return measure && (isStandardized(told, j) || measure.unit) ? miss(off, measure) : figure(off);
}

/** What the network says of one number, what is true, and how far off it is. */
export const outcomeOf = (told: Told, said: number, wanted: number): string =>
  `predicts ${withOwnUnit(told, 0, said)}, target ${withOwnUnit(told, 0, wanted)}, off by ${offBy(told, 0, said, wanted)}`;

/** Why there are two numbers. */
export const whatStandardizedIs = ({ target }: Told): string =>
  `In brackets: what the network learns from, the number less the mean ${amount(target.mean[0], target.measures[0])}, as a multiple of the spread ${miss(target.scale[0], target.measures[0])}.`;
