import { afterEach, describe, expect, it, vi } from "vitest";
import { after, before, Player, SPEEDS } from "../src/lib/player.svelte";
import type { Page, Phase } from "../src/lib/state.svelte";

describe("the way through a run", () => {
  it("goes phase by phase into the next step, and stops at the end", () => {
    expect(after(4, "forward", 9)).toEqual([4, "loss"]);
    expect(after(4, "update", 9)).toEqual([5, "forward"]);
    expect(after(9, "update", 9)).toBeNull();
  });

  it("and back again", () => {
    expect(before(4, "forward")).toEqual([3, "update"]);
    expect(before(4, "backward")).toEqual([4, "loss"]);
    expect(before(1, "forward")).toBeNull();
  });
});

/** A player of a page that only keeps its place, and the passing of a frame that took so long. */
function playerOf(step: number, steps: number, speed: string): { player: Player; page: { step: number; steps: number; phase: Phase; training: boolean }; pass(ms: number, frames?: number): void } {
  const page = {
    step, steps, phase: "forward" as Phase, training: false, reducedMotion: false,
    set: (to: { step: number; phase: Phase }) => Object.assign(page, to),
    goToStep: (to: number, phase?: Phase) => Object.assign(page, { step: Math.min(to, page.steps), ...(phase && { phase }) }),
  };
  let now = 0;
  const waiting: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => waiting.push(frame));
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const player = new Player(page as unknown as Page);
  player.speed = SPEEDS.findIndex(({ label }) => label === speed);
  const pass = (ms: number, frames = 1): void => {
    for (let frame = 0; frame < frames; frame++) {
      now += ms;
      for (const draw of waiting.splice(0)) draw(now);
    }
  };
  return { player, page, pass };
}

describe("playing", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("goes as many steps a second as it says, and stops at the last one", () => {
    const { player, page, pass } = playerOf(10, 20, "5 steps/s");
    player.toggle();
    pass(100, 2);
    expect(page.step).toBe(11);
    pass(100, 8);
    expect(page.step).toBe(15);
    pass(100, 12);
    expect([page.step, player.playing]).toEqual([20, false]);
  });

  it("takes up where it was after a pause of the browser, without a leap", () => {
    const { player, page, pass } = playerOf(1, 1000, "100 steps/s");
    player.toggle();
    pass(60_000);
    expect(page.step).toBe(11);
  });

  it("begins again at the end", () => {
    const { player, page } = playerOf(20, 20, "5 steps/s");
    page.phase = "update";
    player.toggle();
    expect([page.step, page.phase, player.playing]).toEqual([1, "forward", true]);
    player.toggle();
    expect(player.playing).toBe(false);
  });

  it("goes along with what trains", () => {
    const { player, page, pass } = playerOf(20, 20, "5 steps/s");
    page.training = true;
    player.toggle();
    pass(100, 4);
    expect([page.step, player.playing]).toEqual([20, true]);
  });

  it("moves the numbers of a phase, leaves them to be read, and goes on to the next", () => {
    const { player, page, pass } = playerOf(2, 3, "every phase");
    player.phases = true;
    const moved: number[] = [];
    player.onFrame((part) => moved.push(part));
    player.toggle();
    pass(1500 / 16, 16);
    expect([page.phase, moved[0], moved[8], moved.at(-1)]).toEqual(["forward", 0, 0.5, 1]);
    pass(70, 9);
    expect(page.phase).toBe("forward");
    pass(70);
    expect(page.phase).toBe("loss");
    pass(90, 200);
    expect([page.step, page.phase, player.playing]).toEqual([3, "update", false]);
  });
});
