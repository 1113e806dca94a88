// What the network says of every place, where its inputs are one or two numbers: what is asked, and of which state.
import { count } from "../../lib/format";
import type { BeliefsAsk, Description } from "../../lib/messages";
import type { Phase } from "../../lib/state.svelte";

/** So many dots stand apart in a small picture. */
const DOTS = 400;

/** Whether all that the network is told are one or two numbers. */
export const inPlane = ({ inputs, input_image }: Pick<Description, "inputs" | "input_image">): boolean => !input_image && (inputs.length === 1 || inputs.length === 2);

interface Shown {
  readonly run: number;
  readonly step: number;
  readonly phase: Phase;
  readonly live: boolean;
  /** Whether rows are held out. */
  readonly held: boolean;
  /** Whether any step can be asked of: a file has its steps, what is said after each, and of which rows the view of the data opens. */
  readonly replay: boolean;
}

/** The weights that are drawn are those before the step until its update is. */
export function askOf({ run, step, phase, live, held, replay }: Shown): BeliefsAsk | null {
  if (step < 1) return null;
  if (!replay) return { run, step, rows: held ? "validation" : "training", limit: DOTS };
  return { run, step: live || phase === "update" ? step : step - 1, rows: "training", limit: DOTS, ...(live && { glance: true }) };
}

/** Of which state an answer is. */
export const whenOf = (step: number): string => (step === 0 ? "Before the first step" : `After step ${count(step)}`);
