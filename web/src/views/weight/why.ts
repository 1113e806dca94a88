// The answer to "why did this weight move?", as the lens tells it.
import { plain } from "../../lib/format";
import type { Told } from "../../lib/messages";
import { equal, plus, readFraction, ZERO, type Fraction } from "./exact";

/** A number with its bits; null where it is not finite. `exact` is numerator over denominator. */
export interface Figure {
  readonly value: number | null;
  readonly hex: string;
  readonly exact?: string;
}

export interface Term {
  readonly name: string;
  readonly label: string;
  readonly words: string;
  readonly factor: Figure;
  readonly number: Figure;
  readonly amount: Figure;
}

export interface Factor {
  readonly name: string;
  readonly label: string;
  readonly value: Figure;
}

export interface Account {
  readonly optimizer: string;
  readonly equation: string;
  readonly numbers: readonly string[];
  readonly factors: readonly Factor[];
  readonly terms: readonly Term[];
  readonly rounding: Figure;
  readonly per_gradient: Figure;
  readonly rule: string;
  readonly recomputed: Figure;
  readonly residual: Figure;
}

export interface Example {
  readonly row: number;
  readonly position: number;
  readonly index: number;
  readonly input: Figure;
  readonly raw: string | null;
  readonly error: Figure;
  readonly contribution: Figure;
  readonly push: Figure;
  readonly target: string;
  readonly prediction: string;
}

export interface Rest {
  readonly count: number;
  readonly contribution: Figure;
  readonly push: Figure;
}

export interface Gradient {
  readonly value: Figure;
  readonly batch: number;
  readonly up: readonly Example[];
  readonly down: readonly Example[];
  readonly up_count: number;
  readonly down_count: number;
  readonly rest: Rest;
  readonly rounding: Figure;
  readonly rounding_push: Figure;
  readonly silence: string | null;
  readonly input_name: string;
  readonly error_name: string;
}

export interface Link {
  readonly neuron: string;
  readonly index: number;
  readonly weight: Figure;
  readonly error: Figure | null;
  readonly amount: Figure;
}

export interface ChainExample {
  readonly row: number;
  readonly position: number;
  readonly links: readonly Link[];
  readonly rest: Rest;
  readonly arrived: Figure | null;
  readonly slope: Figure | null;
  readonly coupling: Figure;
  readonly error: Figure;
  readonly words: string;
}

export interface Chain {
  readonly neuron: string;
  readonly activation: string;
  readonly source: string;
  readonly from_loss: boolean;
  readonly formula: string;
  readonly batch: readonly Link[];
  readonly rest: Rest;
  readonly examples: readonly ChainExample[];
}

export interface Earlier {
  readonly step: number;
  readonly gradient: Figure;
  readonly amount: Figure;
}

export interface Memory {
  readonly slot: string;
  readonly decay: Figure;
  readonly moves: boolean;
  readonly this_batch: Figure;
  readonly earlier: Figure;
  readonly steps: readonly Earlier[];
  readonly others_count: number;
  readonly others: Figure;
  readonly others_silent: boolean;
  readonly rounding: Figure;
  readonly since: number;
  readonly older: Figure;
}

/** The step made again without one row. */
export interface Proof {
  readonly row: number;
  readonly change: Figure;
  readonly really: Figure | null;
  readonly predicted: Figure | null;
  readonly words: string;
}

export interface Why {
  readonly name: string;
  readonly parameter: string;
  readonly index: readonly number[];
  readonly place: string;
  readonly step: number;
  readonly epoch: number;
  readonly dtype: string;
  readonly loss: Figure;
  readonly old: Figure;
  readonly new: Figure;
  readonly change: Figure;
  readonly account: Account;
  readonly gradient: Gradient;
  readonly chain: Chain;
  readonly memories: readonly Memory[];
  readonly proof: Proof | null;
  readonly finding: string | null;
  readonly sentences: readonly string[];
  readonly text: string;
}

export const whyOf = (told: Told): Why => told as unknown as Why;

/** Its value; of a number that is not finite the bits say which it is. */
export const amount = (figure: Figure | null | undefined): number => figure?.value ?? (/^-?inf$/.test(figure?.hex ?? "") ? (figure!.hex.startsWith("-") ? -Infinity : Infinity) : Number.NaN);

/** Whether the terms and the rounding sum to the change to the last bit, added up anew in exact numbers. */
export function addsUp({ account, change }: Pick<Why, "account" | "change">): boolean | null {
  return account.terms.length === 0 ? null : sumsTo([...account.terms.map((term) => term.amount), account.rounding], change);
}

/** Whether what earlier steps left in a slot sums to their whole, to the last bit. */
export const remembersAll = ({ steps, others, rounding, older, earlier }: Memory): boolean | null => sumsTo([...steps.map((step) => step.amount), others, rounding, older], earlier);

function sumsTo(figures: readonly Figure[], total: Figure): boolean | null {
  const parts = figures.map((figure) => readFraction(figure.exact));
  const whole = readFraction(total.exact);
  if (!whole || parts.some((part) => part === null)) return null;
  return equal((parts as Fraction[]).reduce(plus, ZERO), whole);
}

export interface Push {
  readonly label: string;
  readonly value: number;
  readonly row: number | null;
  readonly title: string;
}

/** The examples that pushed, hardest first, then the others in one bar and rounding: the sum is the gradient's part of the change. */
export function pushesOf(gradient: Gradient): Push[] {
  const named = [...gradient.up, ...gradient.down]
    .filter((example) => amount(example.push) !== 0)
    .sort((a, b) => Math.abs(amount(b.push)) - Math.abs(amount(a.push)))
    .map((example) => ({
      label: plain(`row ${example.row}: ${example.target}`),
      value: amount(example.push),
      row: example.row,
      title: plain(`row ${example.row}, target ${example.target}, predicted ${example.prediction}`),
    }));
  const sums: Push[] = [];
  if (gradient.rest.count > 0) {
    const label = `${gradient.rest.count} other${gradient.rest.count === 1 ? "" : "s"}`;
    sums.push({ label, value: amount(gradient.rest.push), row: null, title: `${label} in one sum` });
  }
  if (!gradient.silence) sums.push({ label: "rounding", value: amount(gradient.rounding_push), row: null, title: "what rounding added when the examples were summed" });
  return [...named, ...sums];
}

/** What is told besides the sentences: nothing, where one of them says it already. */
export function findingBeside({ finding, sentences }: Pick<Why, "finding" | "sentences">): string | null {
  const bare = (text: string): string => text.toLowerCase().replace(/\.$/, "");
  return finding !== null && !sentences.some((one) => bare(one).includes(bare(finding))) ? finding : null;
}

export const exampleOf = (gradient: Gradient, row: number | null): Example | null =>
  [...gradient.up, ...gradient.down].find((example) => example.row === row) ?? null;

export interface Remembered {
  readonly label: string;
  readonly value: number;
  /** The step that can be gone to; null for the others in one sum. */
  readonly step: number | null;
  readonly title: string;
}

/** What each earlier step still weighs, heaviest first, then the others in one bar, rounding, and what is older: the sum is `earlier`. */
export function rememberedOf(memory: Memory): Remembered[] {
  const named = memory.steps.map((earlier) => ({
    label: `step ${earlier.step}`,
    value: amount(earlier.amount),
    step: earlier.step,
    title: `its gradient was ${amount(earlier.gradient)}`,
  }));
  const sums: Remembered[] = [];
  if (memory.others_count > 0) {
    const label = `${memory.others_count} other${memory.others_count === 1 ? "" : "s"}`;
    const silent = memory.others_count === 1 ? "; its gradient was 0" : "; their gradients were 0";
    sums.push({ label, value: amount(memory.others), step: null, title: `${label} since step ${memory.since}, in one sum${memory.others_silent ? silent : ""}` });
  }
  if (amount(memory.rounding) !== 0) sums.push({ label: "rounding", value: amount(memory.rounding), step: null, title: "what rounding added in steps whose gradient was 0" });
  if (memory.since > 1) sums.push({ label: `before step ${memory.since}`, value: amount(memory.older), step: null, title: "what was there already, in one sum" });
  return [...named, ...sums];
}
