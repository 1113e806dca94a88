// The state of the page as one typed object. Views read it and call its verbs; nothing else is shared between them.
import { getContext, setContext } from "svelte";
import type { Address } from "./address";
import { Cache, keyOf, PURE } from "./cache";
import type { Asks, Push, RunRow } from "./messages";
import { Player } from "./player.svelte";
import { formatRoute, HOME, parseRoute, withParams, type Route } from "./route";
import { clamp } from "./scale";
import { isAbort, sentenceOf, type AnswerTo, type Args, type Ask, type Source, type Status } from "./source";
import { paletteOf, type Palette } from "./theme";

export type Hello = Asks["hello"]["answer"];
export type Description = Asks["describe"]["answer"];
export type Cycle = Asks["cycle"]["answer"];
export type Phase = Cycle["operations"][number]["phase"];
export const PHASES: readonly Phase[] = ["forward", "loss", "backward", "update"];
export type Theme = "auto" | "light" | "dark";

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "plain" | "wrong";
}

export type StatePush = Extract<Push, { push: "state" }>;

const UNDER_WAY: ReadonlySet<string> = new Set(["queued", "running"]);

export class Page {
  route = $state.raw<Route>(HOME);
  hello = $state.raw<Hello | null>(null);
  runs = $state.raw<readonly RunRow[]>([]);
  runsKnown = $state(false);
  description = $state.raw<Description | null>(null);
  status = $state<Status>("lost");
  statusSentence = $state("Connecting to the engine.");
  notices = $state.raw<readonly Notice[]>([]);
  theme = $state<Theme>("auto");
  systemDark = $state(false);
  reducedMotion = $state(false);
  /** The element that carries the theme; canvases read their colours from it. */
  root = $state.raw<HTMLElement | null>(null);

  readonly dark = $derived(this.theme === "dark" || (this.theme === "auto" && this.systemDark));
  /** The run that is shown: the one in the address, or the newest. */
  readonly run = $derived<RunRow | null>(
    this.runs.find((run) => run.number === (this.route.run ?? this.hello?.newest)) ??
      (this.route.run === null ? (this.runs.at(-1) ?? null) : null),
  );
  readonly steps = $derived(this.run?.steps ?? 0);
  /** True while the newest step is shown and goes along with training. */
  readonly following = $derived(this.route.params.step === undefined);
  /** The step that is shown, from 1; 0 where the run has none yet. */
  readonly step = $derived.by(() => {
    const asked = Number(this.route.params.step);
    return this.following || !Number.isFinite(asked) ? this.steps : clamp(Math.round(asked), Math.min(1, this.steps), this.steps);
  });
  readonly phase = $derived<Phase>(PHASES.find((phase) => phase === this.route.params.phase) ?? "forward");
  readonly weight = $derived<string | null>(this.route.params.weight ?? null);
  readonly training = $derived(this.run?.training ?? false);
  readonly palette = $derived.by<Palette | null>(() => {
    void this.dark;
    return this.root ? paletteOf(this.root) : null;
  });

  readonly player: Player;
  private readonly cache = new Cache(48 * 1024 * 1024);
  private readonly stateListeners = new Set<(push: StatePush) => void>();
  private noticeId = 0;
  private listing: Promise<void> | null = null;
  private listAgain = false;

  constructor(
    readonly source: Source,
    private readonly address: Address,
  ) {
    this.route = parseRoute(address.read());
    this.player = new Player(this);
  }

  /** Connects the state to its source, its address and the browser's preferences; call the answer to undo it. */
  start(): () => void {
    const ends = [
      this.address.listen(() => (this.route = parseRoute(this.address.read()))),
      this.source.onPush((push) => this.hear(push)),
      this.source.onStatus((status, sentence) => {
        this.status = status;
        this.statusSentence = sentence;
        if (status === "open") void this.greet();
      }),
      follow("(prefers-color-scheme: dark)", (on) => (this.systemDark = on)),
      follow("(prefers-reduced-motion: reduce)", (on) => (this.reducedMotion = on)),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Asks the source; answers that can never change are kept, the least recently used go first. */
  async ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    if (!PURE.has(ask)) return this.source.ask(ask, args, signal);
    const key = keyOf(ask, args);
    const known = this.cache.get(key) as AnswerTo<K> | undefined;
    if (known) return known;
    const answer = await this.source.ask(ask, args, signal);
    this.cache.put(key, answer);
    return answer;
  }

  /** Shows another route; `replace` leaves no trace in the history. */
  go(route: Route, replace = false): void {
    this.route = route;
    this.address.write(formatRoute(route), replace);
  }

  /** Changes parameters of the present view. Steps and phases leave no trace in the history, everything else does. */
  set(changes: Record<string, string | number | undefined>, replace?: boolean): void {
    const small = Object.keys(changes).every((key) => key === "step" || key === "phase");
    this.go(withParams(this.route, changes), replace ?? small);
  }

  /** Shows `step`; the newest one of a run in training is followed from then on. */
  goToStep(step: number, phase?: Phase): void {
    const to = clamp(Math.round(step), Math.min(1, this.steps), this.steps);
    this.set({ step: this.training && to === this.steps ? undefined : to, ...(phase && { phase }) });
  }

  /** The address of a view of the present run, with the step kept and other parameters as given. */
  link(view: string, params: Record<string, string | number | undefined> = {}): string {
    const kept = this.following ? {} : { step: this.step };
    return formatRoute(withParams({ place: "run", run: this.run?.number ?? null, view, params: {} }, { ...kept, ...params }));
  }

  /** Opens a view of the present run. */
  open(view: string, params: Record<string, string | number | undefined> = {}): void {
    this.go(parseRoute(this.link(view, params)));
  }

  openRun(run: number, view = "cycle", params: Record<string, string> = {}): void {
    this.go({ place: "run", run, view, params });
  }

  /** Starts something that makes a run, shows it as it trains, and says what went wrong where it does. */
  async begin<K extends "train" | "fork">(ask: K, args: Args<K>, view: string | null = "cycle"): Promise<number | null> {
    try {
      const answer = (await this.source.ask(ask, args)) as { run: number };
      await this.list();
      if (view !== null) this.openRun(answer.run, view);
      return answer.run;
    } catch (error) {
      this.tell(sentenceOf(error), "wrong");
      return null;
    }
  }

  tell(text: string, kind: Notice["kind"] = "plain"): void {
    const notice = { id: ++this.noticeId, text, kind };
    this.notices = [...this.notices.filter((old) => old.text !== text), notice].slice(-3);
    setTimeout(() => this.dismiss(notice.id), kind === "wrong" ? 12_000 : 6_000);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** Hears the weights of the watched run as it trains, as often as the screen can show them. */
  onState(listener: (push: StatePush) => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  /** Says which run's weights shall be pushed here. */
  watch(run: number | null, visible: boolean): void {
    if (this.status === "open" && this.source.can.train)
      void this.source.ask("watch", { run, visible }).catch(() => undefined);
  }

  async describe(run: number): Promise<void> {
    try {
      const description = await this.source.ask("describe", { run });
      if (this.run?.number === run) this.description = description;
    } catch (error) {
      if (!isAbort(error)) this.tell(sentenceOf(error), "wrong");
    }
  }

  /** Reads the list of runs again; while one reading is under way, at most one more is lined up. */
  async list(): Promise<void> {
    if (this.listing) {
      this.listAgain = true;
      return this.listing;
    }
    this.listing = (async () => {
      do {
        this.listAgain = false;
        try {
          this.runs = (await this.source.ask("runs", {})).runs;
          this.runsKnown = true;
        } catch (error) {
          if (this.status === "open") this.tell(sentenceOf(error), "wrong");
        }
      } while (this.listAgain);
      this.listing = null;
    })();
    return this.listing;
  }

  private async greet(): Promise<void> {
    try {
      this.hello = await this.source.ask("hello", {});
    } catch (error) {
      this.tell(sentenceOf(error), "wrong");
    }
    await this.list();
  }

  private hear(push: Push): void {
    if (push.push === "state") for (const listener of this.stateListeners) listener(push);
    else if (push.push === "progress") this.progress(push);
    else if (push.push === "runs") this.runs = push.runs;
    else if (push.push === "notice") this.tell(push.text, push.kind === "error" ? "wrong" : "plain");
  }

  private progress(push: Extract<Push, { push: "progress" }>): void {
    if (!this.runs.some((run) => run.number === push.run)) void this.list();
    this.runs = this.runs.map((run) =>
      run.number === push.run
        ? {
            ...run,
            steps: Math.max(run.steps, push.step),
            planned: push.total,
            loss_last: push.loss ?? run.loss_last,
            status: push.status,
            training: UNDER_WAY.has(push.status),
          }
        : run,
    );
  }
}

function follow(query: string, tell: (on: boolean) => void): () => void {
  const list = matchMedia(query);
  const hear = (): void => tell(list.matches);
  hear();
  list.addEventListener("change", hear);
  return () => list.removeEventListener("change", hear);
}

const KEY = Symbol("page");
export const providePage = (page: Page): Page => setContext(KEY, page);
/** The page's state; call it while a component is being made. */
export const usePage = (): Page => getContext<Page>(KEY);
