// An answer that follows its question: asked again when the arguments change, the old one kept until the new one is there.
import { keyOf } from "./cache";
import { isAbort, sentenceOf, type AnswerTo, type Args, type Ask } from "./source";
import type { Page } from "./state.svelte";

/** Whom to ask: the page, for the run that is shown, or one of its books. */
type Asked = Pick<Page, "ask">;

export interface Answer<K extends Ask> {
  readonly value: AnswerTo<K> | null;
  /** The arguments that `value` answers; while scrubbing they may lag behind. */
  readonly args: Args<K> | null;
  readonly pending: boolean;
  readonly error: string | null;
  /** How long the last answer took, in ms. */
  readonly took: number;
}

export interface AnswerOptions {
  /** "newest" gives up a question when a newer one comes; "steady" lets it finish, so that scrubbing always shows something. */
  mode?: "newest" | "steady";
}

/** Whether an answer is of another step than it was asked for: a file answers with the nearest one that it holds. */
export const isOtherStep = ({ value, args }: { value: { step: number } | null; args: { step?: number | null } | null }): boolean => typeof args?.step === "number" && value !== null && value.step !== args.step;

/** Asks whenever `args()` changes; null asks nothing. Call it while a component is being made. */
export function useAnswer<K extends Ask>(of: Asked, ask: K, args: () => Args<K> | null, options: AnswerOptions = {}): Answer<K> {
  let value = $state.raw<AnswerTo<K> | null>(null);
  let answered = $state.raw<Args<K> | null>(null);
  let pending = $state(false);
  let error = $state<string | null>(null);
  let took = 0;
  let wanted: Args<K> | null = null;
  let flight: AbortController | null = null;

  async function fetchNewest(): Promise<void> {
    if (flight || !wanted) return;
    const asked = wanted;
    const controller = (flight = new AbortController());
    pending = true;
    const began = performance.now();
    try {
      const answer = await of.ask(ask, asked, controller.signal);
      took = performance.now() - began;
      if (!controller.signal.aborted) [value, answered, error] = [answer, asked, null];
    } catch (problem) {
      if (!isAbort(problem) && wanted === asked) error = sentenceOf(problem);
    }
    if (flight === controller) flight = null;
    if (wanted && wanted !== asked) void fetchNewest();
    else if (!flight) pending = false;
  }

  let key: string | null = null;
  $effect(() => {
    const now = args();
    const next = now && keyOf(ask, now);
    if (next === key) return;
    key = next;
    wanted = now;
    if (!now || options.mode !== "steady") {
      flight?.abort();
      flight = null;
    }
    if (now) void fetchNewest();
    else [value, answered, pending, error] = [null, null, false, null];
  });
  $effect(() => () => {
    wanted = null;
    flight?.abort();
  });

  return {
    get value() {
      return value;
    },
    get args() {
      return answered;
    },
    get pending() {
      return pending;
    },
    get error() {
      return error;
    },
    get took() {
      return took;
    },
  };
}
