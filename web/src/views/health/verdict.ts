// What is healthy, and what a run shows: rules of thumb, each with the sentence that it earns. Whoever knows better overrules them.
import { count, figure } from "../../lib/format";

export type State = "well" | "watch" | "ill" | "unknown";

export interface Verdict {
  readonly state: State;
  readonly sentence: string;
}

/** One layer's numbers over the steps. */
export interface Course {
  readonly layer: string;
  readonly values: ArrayLike<number>;
}

/** Parts of a whole in per cent. */
export const inPercent = ({ layer, values }: Course): Course => ({ layer, values: Array.from(values, (part) => part * 100) });

/** The middle of the finite values of the last quarter: how it is by now, without one step's noise. */
export function lately(values: ArrayLike<number>): number | null {
  const from = Math.floor(values.length * 0.75);
  const found = Array.from(values).slice(Math.min(from, values.length - 1)).filter(Number.isFinite).sort((a, b) => a - b);
  if (!found.length) return null;
  const middle = found.length >> 1;
  return found.length % 2 ? found[middle] : (found[middle - 1] + found[middle]) / 2;
}

const worse = (a: State, b: State): State => (["well", "unknown", "watch", "ill"] as const)[Math.max(...[a, b].map((s) => ["well", "unknown", "watch", "ill"].indexOf(s)))];
const broken = (courses: readonly Course[]): Course | undefined => courses.find(({ values }) => values.length > 0 && !Number.isFinite(values[values.length - 1]));
const UNKNOWN: Verdict = { state: "unknown", sentence: "There is nothing to measure here yet." };

/** Until when a learning rate was a tenth of its peak or more: the last such step; null where it is so at the end, or nothing is known. */
export function rateFell(steps: ArrayLike<number>, rates: ArrayLike<number>): number | null {
  const peak = Math.max(...Array.from(rates).filter(Number.isFinite));
  const last = Array.from(rates).findLastIndex((rate) => rate >= peak / 10);
  return peak > 0 && last >= 0 && last < rates.length - 1 ? steps[last] : null;
}

/** The part of a course up to a step; all of it where that would leave nothing. */
export function upTo(steps: ArrayLike<number>, { layer, values }: Course, last: number): Course {
  const held = Array.from(values).filter((_, i) => steps[i] <= last);
  return { layer, values: held.length ? held : values };
}

/** How long a step's update is beside the weights that it changes, measured at `steps`; `fell` where its end, at which the schedule leaves next to no learning rate, is left out. */
export function judgeRatio(courses: readonly Course[], fell = false, steps: ArrayLike<number> = []): Verdict {
  const lost = broken(courses);
  if (lost) {
    const from = steps[Array.from(lost.values).findLastIndex(Number.isFinite) + 1];
    const when = from === undefined ? "" : ` by step ${count(from)}`;
    return { state: "ill", sentence: `The weights or gradients of ${lost.layer} became NaN or infinite${when}: the run diverged. Fork it from an earlier step with a smaller learning rate.` };
  }
  let state: State = "well";
  const told: string[] = [];
  for (const { layer, values } of courses) {
    const now = lately(values);
    if (now === null) continue;
    if (now > 0.1) [state] = [worse(state, "ill"), told.push(`each step throws ${layer} about: it changes its weights by ${figure(now * 100, 2)} %`)];
    else if (now > 0.02) [state] = [worse(state, "watch"), told.push(`each step of ${layer} is large: it changes its weights by ${figure(now * 100, 2)} %`)];
    else if (now < 1e-5) [state] = [worse(state, "watch"), told.push(`the weights of ${layer} hardly move any more: ${figure(now * 100, 2)} % a step`)];
  }
  const all = courses.map(({ values }) => lately(values)).filter((v) => v !== null);
  if (!all.length) return UNKNOWN;
  const pace = `${between(all.map((v) => v * 100))} % a step`;
  if (fell) {
    const before = "before the schedule brought the learning rate below a tenth of its peak";
    if (told.length) return { state, sentence: `${sentence(told).slice(0, -1)}, ${before}.` };
    if (Math.min(...all) < 1e-4) return { state, sentence: `Every layer moved, but some only little, ${pace}, ${before}.` };
    return { state, sentence: `Every layer moved at a good pace, ${pace}, ${before}.` };
  }
  if (told.length) return { state, sentence: sentence(told) };
  if (Math.min(...all) < 1e-4) return { state, sentence: `Every layer still moves, but some only little by now: ${pace}.` };
  return { state, sentence: `Every layer moves at a good pace, ${pace} lately.` };
}

/** How long the gradient of each layer's weights is. */
export function judgeGradient(courses: readonly Course[]): Verdict {
  const lost = broken(courses);
  if (lost) return { state: "ill", sentence: `The gradient of ${lost.layer} is not finite any more: a smaller learning rate, or a fork from an earlier step, may help.` };
  const now = courses.map(({ values }) => lately(values)).filter((v) => v !== null);
  if (!now.length) return UNKNOWN;
  const [first, last] = [now[0], now[now.length - 1]];
  if (Math.max(...now) > 1e3) return { state: "ill", sentence: `A gradient is ${figure(Math.max(...now), 2)} long: it explodes on its way.` };
  if (now.length > 1 && last > 0 && first === 0)
    return { state: "ill", sentence: `Nothing of the blame that reaches ${courses[now.length - 1].layer} reaches ${courses[0].layer}, which therefore cannot learn.` };
  if (now.length > 1 && last > 0 && first < last * 1e-3)
    return { state: "watch", sentence: `Of the blame that reaches ${courses[now.length - 1].layer}, only one part in ${figure(last / first, 2)} reaches ${courses[0].layer}: the gradient vanishes on its way back.` };
  if (Math.max(...now) < 1e-7) return { state: "watch", sentence: "There is next to no gradient left: it has arrived, or it is stuck on flat ground." };
  return { state: "well", sentence: now.length > 1 ? `Every layer gets its share, ${between(now)} long lately.` : `It is ${figure(now[0], 2)} long lately.` };
}

/** How the outputs of the activations are spread: `spread` is their standard deviation, by layer. */
export function judgeActivation(spread: readonly Course[]): Verdict {
  const lost = broken(spread);
  if (lost) return { state: "ill", sentence: `The activations of ${lost.layer} are not finite any more.` };
  const now = spread.map(({ layer, values }) => ({ layer, now: lately(values) })).filter((v): v is { layer: string; now: number } => v.now !== null);
  if (!now.length) return UNKNOWN;
  const flat = now.find((v) => v.now < 1e-4);
  if (flat) return { state: "ill", sentence: `To every example ${flat.layer} answers the same, so that nothing gets past it.` };
  const wild = now.find((v) => v.now > 1e3);
  if (wild) return { state: "watch", sentence: `The activations of ${wild.layer} spread over ${figure(wild.now, 2)}: standardized inputs or smaller weights would calm them.` };
  return { state: "well", sentence: `They differ from example to example in every layer; their spread is ${between(now.map((v) => v.now))}.` };
}

/** What is to be known before anything else: hidden layers of which no neuron is alive let nothing through; null where there is none. */
export function judgeLife(dead: readonly Course[]): Verdict | null {
  const gone = dead.filter(({ values }) => lately(values) === 1).map(({ layer }) => layer);
  if (!gone.length) return null;
  return {
    state: "ill",
    sentence:
      `The network is dead: no neuron of ${gone.join(" or of ")} gives anything but 0 for the rows of a batch. ` +
      "It answers the same whatever it is given, and only the biases behind it still learn, whatever the pictures below say. Start again with a smaller learning rate, other initial weights, or leaky_relu.",
  };
}

/** Neurons that are dead or saturated, as parts of their layer. */
export function judgeUnits(courses: readonly Course[], what: "dead" | "saturated"): Verdict {
  if (!courses.length) return UNKNOWN;
  let state: State = "well";
  const told: string[] = [];
  for (const { layer, values } of courses) {
    // As its picture says it, so that the two agree.
    const now = Array.from(values).findLast(Number.isFinite);
    if (now === undefined || now <= 0.1) continue;
    state = worse(state, now > 0.5 ? "ill" : now > 0.25 ? "watch" : "well");
    told.push(`${figure(now * 100, 3)} % of ${layer}`);
  }
  if (!told.length) return { state, sentence: what === "dead" ? "Nearly all neurons are active for some example of the batch." : "Nearly all neurons can still move." };
  const cure = what === "dead" ? "a smaller learning rate, or leaky_relu, keeps neurons alive" : "smaller initial weights or relu would let them move";
  return { state, sentence: `${told.join(", ")} ${what === "dead" ? "is silent for a whole batch" : "is pressed against its ends"}${state === "well" ? "" : `: ${cure}`}.` };
}

/** "0.1" or "from 0.1 to 0.3". */
function between(values: readonly number[]): string {
  const [low, high] = [figure(Math.min(...values), 2), figure(Math.max(...values), 2)];
  return low === high ? low : `from ${low} to ${high}`;
}

const sentence = (parts: readonly string[]): string => {
  const whole = parts.join("; ");
  return whole[0].toUpperCase() + whole.slice(1) + ".";
};

/** Where a learning rate may stand beside the limit, as parts of it; the same bounds as the engine's. */
export const ZONES: readonly { name: string; short: string; from: number; to: number }[] = [
  { name: "creeps", short: "creeps", from: 1 / 2000, to: 1 / 50 },
  { name: "good pace", short: "good pace", from: 1 / 50, to: 1 / 2 },
  { name: "jumps over but arrives", short: "jumps over", from: 1 / 2, to: 1 },
  { name: "past the limit", short: "past the limit", from: 1, to: 8 },
];

/** The place of a part of the limit on a dial of the zones, equally wide, equal factors within each: 0 to 1. `creeps` is up to which part it creeps. */
export function placeOnDial(share: number, creeps: number = ZONES[1].from): number {
  const ends = ZONES.map(({ from, to }, i) => (i === 0 ? { from: (from / to) * creeps, to: creeps } : i === 1 ? { from: creeps, to } : { from, to }));
  const at = ends.findIndex(({ to }) => share <= to);
  if (at < 0) return 1;
  const { from, to } = ends[at];
  return (at + Math.max(0, Math.log(Math.max(share, from) / from) / Math.log(to / from))) / ZONES.length;
}

/** One range for all layers, so that they can be compared at a glance; of logarithms where `log`. */
export function commonRange(courses: readonly Course[], log: boolean): [number, number] | undefined {
  const all = courses.flatMap(({ values }) => Array.from(values)).filter((v) => Number.isFinite(v) && (!log || v > 0));
  if (!all.length) return undefined;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (log) return [Number(`1e${Math.floor(Math.log10(low) + 1e-9)}`), Number(`1e${Math.ceil(Math.log10(high) + 1e-9)}`)];
  const span = high - low || Math.abs(high) || 1;
  return [low - 0.05 * span, high + 0.05 * span];
}

/** The formula in the line of the limit of what `stability` prints: 2 / sharpness, by sgd. */
export function formulaIn(text: string): string | null {
  const found = /^ *limit +\S+ +(\S.*(?:\n {15,}\S.*)*)$/m.exec(text);
  return found ? found[1].replace(/\s+/g, " ").replace(/\*/g, " · ") : null;
}
