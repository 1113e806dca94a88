// The state of the page as one typed object. Views read it and call its verbs; nothing else is shared between them.
import { getContext, setContext } from "svelte";
import type { Address } from "./address";
import { Book } from "./book.svelte";
import { count } from "./format";
import type { Asks, Push, RunRow } from "./messages";
import { PHASES, type Phase } from "./phases";
import { Player } from "./player.svelte";
import { formatRoute, HOME, parseRoute, withParams, type Route } from "./route";
import { clamp } from "./scale";
import { isAbort, sentenceOf, type AnswerTo, type Args, type Ask, type Source, type Status } from "./source";
import { paletteOf, type Palette } from "./theme";

export type Hello = Asks["hello"]["answer"];
export type Description = Asks["describe"]["answer"];
export type Cycle = Asks["cycle"]["answer"];
export { PHASES, type Phase } from "./phases";
export type Theme = "auto" | "light" | "dark";

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "plain" | "wrong";
}

export type StatePush = Extract<Push, { push: "state" }>;
type Form = NonNullable<Asks["watch"]["args"]["pictures"]>;

/** Views of a single step: without one in the address they open at the first, as near the end of a run little may move. */
const OF_ONE_STEP: ReadonlySet<string> = new Set(["cycle", "weight"]);

/** States of a run that trains that may be on their way before it is told that some of them were drawn. */
const AHEAD = 6;

/** A training that was over after fewer ms than this, nobody has seen; it is played again in about so many seconds. */
const SOON = 2500;
const REPLAY = 8;

export class Page {
  route = $state.raw<Route>(HOME);
  hello = $state.raw<Hello | null>(null);
  private described = $state.raw<{ readonly book: Book; readonly told: Description } | null>(null);
  status = $state<Status>("lost");
  statusSentence = $state("Connecting to the engine.");
  notices = $state.raw<readonly Notice[]>([]);
  theme = $state<Theme>("auto");
  systemDark = $state(false);
  reducedMotion = $state(false);
  /** The element that carries the theme; canvases read their colours from it. */
  root = $state.raw<HTMLElement | null>(null);

  /** Whether a run of a lesson is shown, or all of them. */
  readonly practicing = $derived(this.route.book === "practice");
  readonly dark = $derived(this.theme === "dark" || (this.theme === "auto" && this.systemDark));
  /** The book of the run that is shown: the one that was opened, or that in which lessons practice. */
  readonly book = $derived.by(() => (this.practicing ? this.practice : this.home));
  readonly runs = $derived(this.book.runs);
  readonly runsKnown = $derived(this.book.known);
  /** When a run was begun here. */
  private begun = -Infinity;
  readonly description = $derived(this.described?.book === this.book ? this.described.told : null);
  /** The run that an address named last, by its book; lessons and lists leave it chosen. */
  private chosen = $state.raw<Readonly<Record<string, number>>>({});
  /** The run whose training is gone along with; it stays at its end. */
  private accompanied = $state.raw<{ readonly book: Book; readonly run: number } | null>(null);
  /** The run that is shown: the one in the address, or where no run is the place that was chosen last, or the newest. */
  readonly run = $derived.by<RunRow | null>(() => {
    const named = (number: number | null | undefined): RunRow | undefined => this.runs.find((run) => run.number === number);
    if (this.route.run !== null) return named(this.route.run) ?? null;
    const kept = this.route.place === "run" ? undefined : named(this.chosen[this.route.book ?? ""]);
    return kept ?? named(this.practicing ? null : this.hello?.newest) ?? this.runs.at(-1) ?? null;
  });
  readonly steps = $derived(this.run?.steps ?? 0);
  /** True while no step is chosen: the newest one of a run in training is shown, and goes along with it. */
  readonly following = $derived(this.route.params.step === undefined);
  /** The step that is shown, from 1; 0 where the run has none yet. */
  readonly step = $derived.by(() => {
    const asked = Number(this.route.params.step);
    if (this.following) return this.opensAtFirst ? Math.min((this.run?.start ?? 0) + 1, this.steps) : this.steps;
    return !Number.isFinite(asked) ? this.steps : clamp(Math.round(asked), Math.min(1, this.steps), this.steps);
  });
  private readonly opensAtFirst = $derived.by(() => {
    const { route, run, accompanied } = this;
    return route.place === "run" && OF_ONE_STEP.has(route.view) && !this.training && !(accompanied?.book === this.book && accompanied.run === run?.number);
  });
  readonly phase = $derived<Phase>(PHASES.find((phase) => phase === this.route.params.phase) ?? "forward");
  readonly weight = $derived<string | null>(this.route.params.weight ?? null);
  readonly training = $derived(this.run?.training ?? false);
  /** The colours that pictures are drawn in; null until they are known. */
  palette = $state.raw<Palette | null>(null);

  readonly player: Player;
  /** True while what is shown moves by itself, with training. */
  readonly live = $derived.by(() => this.training && this.following && !this.player.playing);
  readonly home: Book;
  /** Where lessons train; what they leave there is gone with the server. */
  readonly practice: Book;
  private watched: Book;
  private readonly stateListeners = new Map<(push: StatePush) => void, Form>();
  /** In what form the weights of a run that trains are drawn now, and how many of them came since it was told that they were drawn. */
  private form = $state<Form>("none");
  private undrawn = 0;
  private frame = 0;
  private noticeId = 0;
  /** How many of its questions are under way, and for how many milliseconds any was, less the time when the first of these began. */
  private asked = 0;
  private answered = 0;

  constructor(
    source: Source,
    private readonly address: Address,
  ) {
    this.home = this.watched = new Book(source);
    this.practice = source.practice ? new Book(source.practice) : this.home;
    this.arrive(parseRoute(address.read()));
    this.player = new Player(this);
  }

  /** What answers for the run that is shown. */
  get source(): Source {
    return this.book.source;
  }

  /** Connects the state to its source, its address and the browser's preferences; call the answer to undo it. */
  start(): () => void {
    const ends = [
      this.address.listen(() => this.arrive(parseRoute(this.address.read()))),
      ...[...new Set([this.home, this.practice])].map((book) => book.source.onPush((push) => this.hear(push, book))),
      this.home.source.onStatus((status, sentence) => {
        this.status = status;
        this.statusSentence = sentence;
        if (status === "open") void this.greet();
      }),
      follow("(prefers-color-scheme: dark)", (on) => (this.systemDark = on)),
      follow("(prefers-reduced-motion: reduce)", (on) => (this.reducedMotion = on)),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Gives the document the theme, and pictures its colours: they can be read only once it is there. */
  showTheme(): void {
    if (!this.root) return;
    this.root.dataset.theme = this.dark ? "dark" : "light";
    this.palette = paletteOf(this.root);
  }

  /** For how many milliseconds, up to now, any of its questions was under way. */
  get answering(): number {
    return this.answered + (this.asked > 0 ? performance.now() : 0);
  }

  /** Asks about the run that is shown. */
  async ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    if (this.asked++ === 0) this.answered -= performance.now();
    try {
      return await this.book.ask(ask, args, signal);
    } finally {
      if (--this.asked === 0) this.answered += performance.now();
    }
  }

  /** Shows another route; `replace` leaves no trace in the history. */
  go(route: Route, replace = false): void {
    this.arrive(route);
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

  /** The address of a view of the present run: at the step that is shown, if it was chosen. */
  link(view: string, params: Record<string, string | number | undefined> = {}): string {
    const kept = this.following ? {} : { step: this.step };
    return formatRoute(withParams({ ...this.here, run: this.run?.number ?? null, view, params: {} }, { ...kept, ...params }));
  }

  /** Opens a view of the present run. */
  open(view: string, params: Record<string, string | number | undefined> = {}): void {
    this.go(parseRoute(this.link(view, params)));
  }

  openRun(run: number, view = "cycle", params: Record<string, string> = {}): void {
    this.go({ ...this.here, run, view, params });
  }

  /** Shows a run that has just begun, and stays at its end even if that came first; one that was over in a moment is played again. */
  followRun(run: number): void {
    this.accompanied = { book: this.book, run };
    this.begun = performance.now();
    this.openRun(run);
    this.showAgain();
  }

  /** Plays a run that was begun here and was over before anybody could see it learn. */
  private showAgain(): void {
    const { run, route } = this;
    if (!run || run.training || run.number !== this.accompanied?.run || performance.now() - this.begun > SOON) return;
    this.begun = -Infinity;
    const whole = run.status === "completed" || run.status === "stopped early";
    if (!whole || run.steps < 2 || !this.following || route.place !== "run" || route.view !== "cycle" || this.reducedMotion) return;
    this.tell(`Run ${run.number} made its ${count(run.steps)} steps in a moment; here they are again, from the first.`);
    this.player.replay(REPLAY);
  }

  /** Where runs of the book that is shown are. */
  private get here(): Pick<Route, "place" | "book"> {
    return this.practicing ? { place: "run", book: "practice" } : { place: "run" };
  }

  /** Starts something that makes a run, shows it as it trains, and says what went wrong where it does. */
  async begin<K extends "train" | "fork">(ask: K, args: Args<K>, view: string | null = "cycle", params: Record<string, string> = {}): Promise<number | null> {
    const { book } = this;
    try {
      const answer = (await book.source.ask(ask, args)) as { run: number };
      await this.list(book);
      if (view !== null) this.openRun(answer.run, view, params);
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

  /** Hears the weights of the watched run as it trains, as often as the screen can show them: exactly, or large arrays as shades. */
  onState(listener: (push: StatePush) => void, form: Exclude<Form, "none"> = "exact"): () => void {
    const changed = (): void => {
      const forms = new Set(this.stateListeners.values());
      this.form = forms.has("exact") ? "exact" : forms.has("shades") ? "shades" : "none";
    };
    this.stateListeners.set(listener, form);
    changed();
    return () => {
      this.stateListeners.delete(listener);
      changed();
    };
  }

  /** Says which run's weights shall be pushed here. */
  watch(run: number | null, visible: boolean): void {
    if (this.status !== "open" || !this.source.can.train) return;
    const { book, watched, form } = this;
    this.watched = book;
    this.undrawn = 0;
    if (watched !== book) void watched.source.ask("watch", { run: null, visible }).catch(() => undefined);
    void book.source.ask("watch", { run, visible, pictures: form, ahead: AHEAD }).catch(() => undefined);
  }

  async describe(run: number): Promise<void> {
    const { book } = this;
    try {
      const told = await book.source.ask("describe", { run });
      if (this.run?.number === run && this.book === book) this.described = { book, told };
    } catch (error) {
      if (!isAbort(error)) this.tell(sentenceOf(error), "wrong");
    }
  }

  /** Reads the list of runs again. */
  list(book = this.book): Promise<void> {
    return book.list((error) => {
      if (this.status === "open") this.tell(sentenceOf(error), "wrong");
    });
  }

  private arrive(route: Route): void {
    this.route = route;
    if (route.place === "run" && route.run !== null) this.chosen = { ...this.chosen, [route.book ?? ""]: route.run };
    if (!this.book.known && this.status === "open") void this.list();
  }

  private async greet(): Promise<void> {
    try {
      this.hello = await this.home.source.ask("hello", {});
    } catch (error) {
      this.tell(sentenceOf(error), "wrong");
    }
    await this.list(this.home);
    if (this.practicing) await this.list(this.practice);
  }

  private hear(push: Push, book: Book): void {
    if (book === this.book && this.route.place === "run" && this.run?.training) this.accompanied = { book, run: this.run.number };
    if (push.push === "state") {
      if (book === this.book) this.shown(push);
    } else if (push.push === "progress") {
      this.progress(push, book);
      if (book === this.book) this.showAgain();
    } else if (push.push === "runs") book.hear(push.runs);
    else if (push.push === "notice") this.tell(push.text, push.kind === "error" ? "wrong" : "plain");
  }

  /** Shows weights, and says so in the frame that does: no more than a few are ever on their way. */
  private shown(push: StatePush): void {
    for (const listener of this.stateListeners.keys()) listener(push);
    const { book } = this;
    this.undrawn++;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.undrawn < AHEAD / 2) return;
      void book.source.ask("drawn", { states: this.undrawn }).catch(() => undefined);
      this.undrawn = 0;
    });
  }

  private progress(push: Extract<Push, { push: "progress" }>, book: Book): void {
    if (!book.runs.some((run) => run.number === push.run)) void this.list(book);
    book.progress(push);
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
