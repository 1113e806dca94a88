// Play, pause, forward and back through a run: phase by phase at the slowest speed, else step by step.
import { PHASES, type Phase } from "./phases";
import type { Page } from "./state.svelte";

export interface Speed {
  readonly label: string;
  /** Steps in a second; 0 shows each phase of each step. */
  readonly rate: number;
}

export const SPEEDS: readonly Speed[] = [
  { label: "every phase", rate: 0 },
  { label: "1 step/s", rate: 1 },
  { label: "5 steps/s", rate: 5 },
  { label: "25 steps/s", rate: 25 },
  { label: "100 steps/s", rate: 100 },
  { label: "1,000 steps/s", rate: 1000 },
];

/** How long a phase's numbers move, and how long its result is left to be read, in ms. */
const MOVE: Readonly<Record<Phase, number>> = { forward: 1500, loss: 900, backward: 1500, update: 900 };
const REST = 700;

/** The position after (step, phase), or null at the end of the run. */
export function after(step: number, phase: Phase, steps: number): [number, Phase] | null {
  const at = PHASES.indexOf(phase);
  if (at < PHASES.length - 1) return [step, PHASES[at + 1]];
  return step < steps ? [step + 1, "forward"] : null;
}

/** The position before (step, phase), or null at the beginning. */
export function before(step: number, phase: Phase): [number, Phase] | null {
  const at = PHASES.indexOf(phase);
  if (at > 0) return [step, PHASES[at - 1]];
  return step > 1 ? [step - 1, "update"] : null;
}

export class Player {
  playing = $state(false);
  speed = $state(0);
  /** How far the present phase has moved, from 0 to 1; drawings read it in every frame. */
  moved = 1;
  /** Whether the view in sight shows phases; others go step by step. */
  phases = $state(false);

  readonly rate = $derived(SPEEDS[this.speed].rate || (this.phases ? 0 : 1));

  private readonly frames = new Set<(moved: number) => void>();
  private handle = 0;
  private last = 0;
  private waited = 0;
  private owed = 0;

  constructor(private readonly page: Page) {}

  /** Calls `draw` in each frame in which something moves. */
  onFrame(draw: (moved: number) => void): () => void {
    this.frames.add(draw);
    return () => this.frames.delete(draw);
  }

  toggle(): void {
    if (this.playing) return this.pause();
    // At the end, playing means to see it again from the beginning.
    if (this.page.step >= this.page.steps && !this.page.training) this.page.goToStep(1, "forward");
    this.playing = true;
    this.owed = 0;
    if (this.rate === 0) this.restart();
    else this.finish();
    this.run();
  }

  /** Plays all steps from the first, at the speed that takes about so many seconds. */
  replay(seconds: number): void {
    const wanted = Math.log(this.page.steps / seconds);
    const apart = SPEEDS.map(({ rate }) => (rate > 0 ? Math.abs(Math.log(rate) - wanted) : Infinity));
    this.pause();
    this.speed = apart.indexOf(Math.min(...apart));
    this.page.goToStep((this.page.run?.start ?? 0) + 1, "forward");
    this.toggle();
  }

  pause(): void {
    this.playing = false;
  }

  /** Shows `phase` of the present step from its beginning. */
  show(phase: Phase): void {
    this.pause();
    this.page.set({ phase, step: this.page.step });
    this.restart();
  }

  /** Goes one step on, or one back. */
  walk(by: number): void {
    this.pause();
    this.page.goToStep(this.page.step + by);
  }

  /** Goes one phase on or back, into the neighbouring step where this one ends. */
  walkPhase(by: 1 | -1): void {
    this.pause();
    const { step, phase, steps } = this.page;
    const next = by > 0 ? after(step, phase, steps) : before(step, phase);
    if (!next) return;
    this.page.set({ step: next[0], phase: next[1] });
    if (by > 0) this.restart();
    else this.finish();
  }

  /** Lets the numbers of the present phase move again. */
  restart(): void {
    this.moved = this.page.reducedMotion ? 1 : 0;
    this.waited = 0;
    this.emit();
    this.run();
  }

  finish(): void {
    this.moved = 1;
    this.waited = 0;
    this.emit();
  }

  private run(): void {
    if (this.handle) return;
    this.last = performance.now();
    this.handle = requestAnimationFrame((now) => this.tick(now));
  }

  private tick(now: number): void {
    this.handle = 0;
    const passed = Math.min(now - this.last, 100);
    this.last = now;
    if (this.moved < 1) {
      this.moved = Math.min(1, this.moved + passed / MOVE[this.page.phase]);
      this.emit();
    } else if (this.playing && this.rate === 0) this.nextPhase(passed);
    if (this.playing && this.rate > 0) this.nextSteps(passed);
    if (this.playing || this.moved < 1) {
      this.handle = requestAnimationFrame((next) => this.tick(next));
    }
  }

  private nextPhase(passed: number): void {
    this.waited += passed;
    if (this.waited < REST) return;
    const { step, phase, steps } = this.page;
    const next = after(step, phase, steps);
    if (!next) return this.pause();
    this.page.set({ step: next[0], phase: next[1] });
    this.moved = this.page.reducedMotion ? 1 : 0;
    this.waited = 0;
  }

  private nextSteps(passed: number): void {
    this.owed += (passed / 1000) * this.rate;
    const whole = Math.floor(this.owed);
    if (whole < 1) return;
    this.owed -= whole;
    if (this.page.step >= this.page.steps && !this.page.training) return this.pause();
    this.page.goToStep(this.page.step + whole);
  }

  private emit(): void {
    for (const draw of this.frames) draw(this.moved);
  }
}
