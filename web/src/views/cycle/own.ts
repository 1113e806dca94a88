// Numbers to be predicted are standardized for the network; people read them in their own unit, with what the network sees beside.
import { compact, figure, withUnit } from "../../lib/format";
import type { Description } from "../../lib/state.svelte";

type Told = Pick<Description, "target">;

const isStandardized = ({ target: { kind, mean, scale } }: Told, j: number): boolean => kind === "number" && ((scale[j] ?? 1) !== 1 || (mean[j] ?? 0) !== 0);

const measured = (value: number, unit: string): string => withUnit(figure(value, 4), unit);

/** A standardized target, or a prediction of it, in its own unit; null where it was left as it is. */
export function inOwnUnit(told: Told, j: number, value: number): string | null {
  return isStandardized(told, j) ? measured(value * told.target.scale[j] + told.target.mean[j], told.target.unit) : null;
}

/** The same with the standardized number behind it, 236023 EUR (−1.16). */
export function withOwnUnit(told: Told, j: number, value: number): string {
  const own = inOwnUnit(told, j, value);
  return own === null ? figure(value) : `${own} (${compact(value)})`;
}

/** How far a prediction is from its target, in the target's unit. */
export const offBy = ({ target }: Told, j: number, said: number, wanted: number): string =>
  measured(Math.abs(said - wanted) * (target.scale[j] ?? 1), target.unit);

/** What the network says of one number, what is true, and how far off it is. */
export const outcomeOf = (told: Told, said: number, wanted: number): string =>
  `predicts ${withOwnUnit(told, 0, said)}, target ${withOwnUnit(told, 0, wanted)}, off by ${offBy(told, 0, said, wanted)}`;

/** Why there are two numbers. */
export const whatStandardizedIs = ({ target }: Told): string =>
  `In brackets: what the network learns from, the number less the mean ${measured(target.mean[0], target.unit)}, as a multiple of the spread ${measured(target.scale[0], target.unit)}.`;
