// What the network says of every place, where its inputs are one or two numbers: what is asked, and of which state.
import { useAnswer } from "../../lib/answer.svelte";
import { count } from "../../lib/format";
import type { Beliefs, BeliefsAsk, Description } from "../../lib/messages";
import { useSteps } from "../../lib/pace.svelte";
import type { Page, Phase } from "../../lib/state.svelte";

/** So many dots stand apart in a small picture. */
const DOTS = 400;

/** Whether all that the network is told are one or two numbers. */
export const inPlane = ({ inputs, input_image }: Pick<Description, "inputs" | "input_image">): boolean => !input_image && (inputs.length === 1 || inputs.length === 2);

interface Shown {
  readonly run: number;
  readonly step: number;
  readonly phase: Phase;
  readonly live: boolean;
}

/** The weights that are drawn are those before the step until its update is. */
export function askOf({ run, step, phase, live }: Shown): BeliefsAsk | null {
  if (step < 1) return null;
  return { run, step: live || phase === "update" ? step : step - 1, rows: "training", limit: DOTS, ...(live && { glance: true }) };
}

/** Of which state an answer is. */
export const whenOf = (step: number): string => (step === 0 ? "Before the first step" : `After step ${count(step)}`);

export interface Plane {
  /** What the network says of every place, of the state that is drawn; null until that is known, or where it is not. */
  readonly shown: Beliefs | null;
  readonly pending: boolean;
  /** Whether something is shown, or will be. */
  readonly due: boolean;
}

/** Asks what the network says of every place; call it while a component is being made. `step` is the one that is drawn. */
export function usePlane(page: Page, step: () => number): Plane {
  const seen = useSteps(page, 300);
  const answer = useAnswer(
    page,
    "beliefs",
    () => {
      const { run, description, source } = page;
      if (!run || !description || !inPlane(description)) return null;
      // A file draws the nearest step that it holds.
      return askOf({ run: run.number, step: page.live ? seen() : source.can.replay ? page.step : step(), phase: page.phase, live: page.live });
    },
    { mode: "steady" },
  );
  return {
    get shown() {
      const { value, args, error } = answer;
      if (!value?.columns.grid_x || !args || error || args.run !== page.run?.number) return null;
      return page.source.can.replay || value.step === args.step ? value : null;
    },
    get pending() {
      return answer.pending;
    },
    get due() {
      return !!page.description && inPlane(page.description) && (this.shown !== null || (page.source.can.replay && !answer.error));
    },
  };
}
