import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryAddress } from "../src/lib/address";
import { isOtherStep, useAnswer, type Answer } from "../src/lib/answer.svelte";
import { Page } from "../src/lib/state.svelte";
import { FakeSource, run, settle } from "./fake";

let source: FakeSource;
let ends: (() => void)[];
let frames: (() => void)[];
const frame = (): void => frames.splice(0).forEach((draw) => draw());

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
  source = new FakeSource();
  ends = [];
});
afterEach(() => {
  ends.forEach((end) => end());
  vi.unstubAllGlobals();
});

async function opened(hash: string, runs = [run(1), run(2)]): Promise<Page> {
  const page = new Page(source, memoryAddress(hash));
  ends.push(page.start());
  source.open();
  source.last("hello").answer({ newest: runs.at(-1)?.number ?? null });
  await settle();
  source.last("runs").answer({ runs });
  await settle();
  return page;
}

describe("the weights of a run that trains", () => {
  it("are asked for in the form in which somebody draws them", async () => {
    const page = await opened("#/run/1/cycle");
    const told = (): unknown => (page.watch(1, true), source.last("watch").args.pictures);
    expect(told()).toBe("none");
    const tiles = page.onState(() => undefined, "shades");
    expect(told()).toBe("shades");
    const numbers = page.onState(() => undefined);
    expect(told()).toBe("exact");
    numbers();
    expect(told()).toBe("shades");
    tiles();
    expect(told()).toBe("none");
  });

  it("are told to be drawn once a frame at most, and only when they were", async () => {
    const page = await opened("#/run/1/cycle");
    page.onState(() => undefined, "shades");
    page.watch(1, true);
    const drawn = (): unknown[] => source.asked.filter((one) => one.ask === "drawn").map((one) => one.args.states);
    const push = (step: number): void => source.push({ push: "state", run: 1, step, loss: 1, columns: {} });
    [1, 2].forEach(push);
    frame();
    expect(drawn()).toEqual([]);
    [3, 4].forEach(push);
    expect([drawn(), frames.length]).toEqual([[], 1]);
    frame();
    expect(drawn()).toEqual([4]);
  });
});

describe("the state of the page", () => {
  it("shows the run and the step of the address, and the newest where none is named", async () => {
    const named = await opened("#/run/1/cycle?step=7&phase=backward");
    expect([named.run?.number, named.step, named.phase, named.following]).toEqual([1, 7, "backward", false]);
    const newest = await opened("#/run/newest/cycle");
    expect([newest.run?.number, newest.step, newest.following]).toEqual([2, 1, true]);
    const absent = await opened("#/run/9/cycle");
    expect(absent.run).toBeNull();
  });

  it("opens a finished run at its first step where one step is shown, at its end elsewhere, and keeps a step that was chosen", async () => {
    const page = await opened("#/run/1/cycle", [run(1), run(2, { start: 20 }), run(3, { steps: 0 })]);
    const steps = ["cycle", "weight", "data", "neuron", "health", "rate"].map((view) => (page.go({ place: "run", run: 1, view, params: {} }), page.step));
    expect(steps).toEqual([1, 1, 50, 50, 50, 50]);
    page.go({ place: "run", run: 2, view: "cycle", params: {} });
    expect(page.step).toBe(21);
    page.go({ place: "run", run: 3, view: "cycle", params: {} });
    expect(page.step).toBe(0);
    page.go({ place: "run", run: 1, view: "cycle", params: {} });
    page.goToStep(30);
    page.open("data");
    page.open("weight");
    expect([page.step, page.route.params.step]).toEqual([30, "30"]);
  });

  it("shows the end of a run that was begun here, however soon that came, where nothing may move by itself", async () => {
    const page = await opened("#/runs?new=", [run(1), run(2)]);
    page.reducedMotion = true;
    page.followRun(2);
    expect([page.route.view, page.step, page.player.playing]).toEqual(["cycle", 50, false]);
    page.openRun(1);
    expect(page.step).toBe(1);
  });

  it("plays a run again that was begun here and was over in a moment, at the speed that takes some seconds", async () => {
    const page = await opened("#/runs?new=", [run(1), run(2, { status: "completed" }), run(3, { steps: 20, planned: 50, training: true, status: "running" }), run(4, { status: "interrupted" })]);
    const shown = (): unknown[] => [page.step, page.player.playing, page.player.rate];
    page.followRun(2);
    expect(shown()).toEqual([1, true, 5]);
    expect(page.notices.at(-1)?.text).toBe("Run 2 made its 50 steps in a moment; here they are again, from the first.");
    page.player.pause();
    page.player.speed = 0;
    page.followRun(4);
    expect(page.player.playing).toBe(false);
    page.followRun(3);
    expect(page.player.playing).toBe(false);
    source.push({ push: "progress", run: 3, step: 50, total: 50, loss: 0.1, seconds: 0.5, status: "completed" });
    expect(shown()).toEqual([1, true, 5]);
    page.player.pause();
    source.push({ push: "progress", run: 3, step: 50, total: 50, loss: 0.1, seconds: 0.5, status: "completed" });
    expect(page.player.playing).toBe(false);
  });

  it("leaves a run whose training it accompanied at its end", async () => {
    const page = await opened("#/run/2/cycle", [run(1), run(2, { steps: 10, planned: 100, training: true, status: "running" })]);
    source.push({ push: "progress", run: 2, step: 20, total: 100, loss: 0.5, seconds: 1, status: "running" });
    source.push({ push: "progress", run: 2, step: 100, total: 100, loss: 0.1, seconds: 2, status: "finished" });
    expect([page.training, page.step]).toEqual([false, 100]);
    page.go({ place: "run", run: 1, view: "cycle", params: {} });
    expect(page.step).toBe(1);
  });

  it("keeps the chosen run in lessons and lists, each book its own", async () => {
    const page = await opened("#/run/1/cycle");
    page.go({ place: "lessons", run: null, view: "lessons", params: {} });
    expect(page.run?.number).toBe(1);
    page.go({ place: "runs", run: null, view: "runs", params: {} });
    expect([page.run?.number, page.link("cycle")]).toEqual([1, "#/run/1/cycle"]);
    page.go({ place: "run", run: null, view: "cycle", params: {} });
    expect(page.run?.number).toBe(2);
    page.go({ place: "run", run: 9, view: "cycle", params: {} });
    page.go({ place: "runs", run: null, view: "runs", params: {} });
    expect(page.run?.number).toBe(2);
  });

  it("keeps steps inside the run", async () => {
    const page = await opened("#/run/1/cycle?step=999");
    expect(page.step).toBe(50);
    page.goToStep(-3);
    expect(page.step).toBe(1);
    page.set({ step: "x" });
    expect(page.step).toBe(50);
  });

  it("never goes back to what is written of a run that trains", async () => {
    const page = await opened("#/run/2/cycle", [run(1), run(2, { steps: 10, planned: 100, training: true, status: "running" })]);
    const list = (steps: number, training: boolean): void => source.push({ push: "runs", runs: [run(1), run(2, { steps, planned: 100, training, loss_last: 0.9 })] });
    source.push({ push: "progress", run: 2, step: 20, total: 100, loss: 0.5, seconds: 1, status: "running" });
    list(15, true);
    expect([page.steps, page.run?.loss_last]).toEqual([20, 0.5]);
    list(25, true);
    expect([page.steps, page.run?.loss_last]).toEqual([25, 0.9]);
    list(24, false);
    expect(page.steps).toBe(24);
  });

  it("writes what it shows into links, keeping the step", async () => {
    const page = await opened("#/run/1/cycle?step=7");
    expect(page.link("weight", { weight: "dense1.weight[0, 0]" })).toBe("#/run/1/weight?step=7&weight=dense1.weight[0,%200]");
    page.open("weight", { weight: "dense1.weight[0, 0]" });
    expect([page.route.view, page.weight, page.step]).toEqual(["weight", "dense1.weight[0, 0]", 7]);
    const whole = await opened("#/run/1/cycle");
    expect(whole.link("weight")).toBe("#/run/1/weight");
    const training = await opened("#/run/2/cycle", [run(1), run(2, { steps: 10, planned: 100, training: true, status: "running" })]);
    expect(training.link("weight")).toBe("#/run/2/weight");
  });

  it("goes along with a run in training, and stays where the person stopped", async () => {
    const page = await opened("#/run/2/cycle", [run(1), run(2, { steps: 10, planned: 100, training: true, status: "running" })]);
    expect(page.training).toBe(true);
    source.push({ push: "progress", run: 2, step: 20, total: 100, loss: 0.5, seconds: 1, status: "running" });
    expect([page.step, page.run?.loss_last]).toEqual([20, 0.5]);
    page.goToStep(15);
    source.push({ push: "progress", run: 2, step: 30, total: 100, loss: 0.4, seconds: 1, status: "running" });
    expect([page.step, page.steps, page.following]).toEqual([15, 30, false]);
    page.goToStep(30);
    expect(page.following).toBe(true);
    source.push({ push: "progress", run: 2, step: 100, total: 100, loss: 0.1, seconds: 2, status: "finished" });
    expect([page.training, page.step]).toEqual([false, 100]);
  });

  it("asks once for what can never change", async () => {
    const page = await opened("#/run/1/cycle");
    const first = page.ask("cycle", { run: 1, step: 3 });
    source.last("cycle").answer({ step: 3, columns: {} });
    expect((await first).step).toBe(3);
    expect((await page.ask("cycle", { step: 3, run: 1 })).step).toBe(3);
    expect(source.asked.filter((one) => one.ask === "cycle")).toHaveLength(1);
  });

  it("says what went wrong when a fork cannot begin", async () => {
    const page = await opened("#/run/1/cycle");
    const made = page.begin("fork", { run: 1, at: 3 });
    source.last("fork").fail("state 3 of run 1 is gone");
    expect(await made).toBeNull();
    expect(page.notices.at(-1)).toMatchObject({ text: "State 3 of run 1 is gone.", kind: "wrong" });
    page.dismiss(page.notices[0].id);
    expect(page.notices).toEqual([]);
  });
});

describe("the book of the lessons", () => {
  async function practicing(hash: string): Promise<{ page: Page; practice: FakeSource }> {
    const practice = (source.practice = new FakeSource());
    const page = await opened(hash, [run(1, { steps: 7 }), run(2)]);
    return { page, practice };
  }

  it("has runs, answers and a newest run of its own", async () => {
    const { page, practice } = await practicing("#/lesson/1");
    practice.push({ push: "runs", runs: [run(1), run(2), run(3)] });
    expect([page.run?.number, page.runs.length]).toEqual([2, 2]);
    const asked = page.practice.ask("cycle", { run: 1, step: 3 });
    practice.last("cycle").answer({ step: 3, columns: {} });
    await asked;
    page.go({ place: "run", run: 1, view: "cycle", params: {} });
    void page.ask("cycle", { run: 1, step: 3 });
    expect(source.asked.filter((one) => one.ask === "cycle")).toHaveLength(1);
    expect(page.steps).toBe(7);
    page.go({ place: "run", book: "practice", run: null, view: "cycle", params: {} });
    expect([page.run?.number, page.steps, page.link("weight")]).toEqual([3, 50, "#/practice/3/weight"]);
  });

  it("never lends its description or its weights to a run of the same number", async () => {
    const { page, practice } = await practicing("#/run/1/cycle");
    void page.describe(1);
    source.last("describe").answer({ number: 1, name: "mine" });
    await settle();
    const heard: number[] = [];
    page.onState((push) => heard.push(push.step));
    practice.push({ push: "runs", runs: [run(1)] });
    page.go({ place: "run", book: "practice", run: 1, view: "cycle", params: {} });
    expect([page.run?.number, page.description]).toEqual([1, null]);
    source.push({ push: "state", run: 1, step: 4, loss: 1, columns: {} });
    practice.push({ push: "state", run: 1, step: 5, loss: 1, columns: {} });
    expect(heard).toEqual([5]);
  });

  it("is read where an address leads there, and says which run is watched", async () => {
    const { page, practice } = await practicing("#/run/1/cycle");
    page.watch(1, true);
    page.go({ place: "run", book: "practice", run: 4, view: "cycle", params: {} });
    practice.last("runs").answer({ runs: [run(4)] });
    await settle();
    expect(page.run?.number).toBe(4);
    page.watch(4, true);
    expect([source.last("watch").args.run, practice.last("watch").args.run]).toEqual([null, 4]);
    const begun = page.begin("fork", { run: 4, at: 1 });
    practice.last("fork").answer({ run: 5 });
    await settle();
    practice.last("runs").answer({ runs: [run(4), run(5)] });
    await begun;
    expect([page.run?.number, page.route.book]).toEqual([5, "practice"]);
  });
});

describe("an answer that follows its question", () => {
  function follow(page: Page, mode?: "newest" | "steady"): { answer: Answer<"why">; want: (step: number | null) => void } {
    let step = $state<number | null>(1);
    let answer!: Answer<"why">;
    ends.push(
      $effect.root(() => {
        answer = useAnswer(page, "why", () => (step === null ? null : { run: 1, step }), { mode });
      }),
    );
    flushSync();
    return {
      answer,
      want: (next) => {
        step = next;
        flushSync();
      },
    };
  }
  const steps = (): unknown[] => source.asked.filter((one) => one.ask === "why").map((one) => one.args.step);

  it("gives up the old question for the new one, and keeps the old answer meanwhile", async () => {
    const page = await opened("#/run/1/cycle");
    const { answer, want } = follow(page);
    source.last("why").answer({ text: "one" });
    await settle();
    expect([answer.value?.text, answer.pending]).toEqual(["one", false]);
    want(2);
    const second = source.last("why");
    want(3);
    expect(second.aborted).toBe(true);
    expect([answer.value?.text, answer.pending]).toEqual(["one", true]);
    // While it waits, what is shown is still the answer to what was asked, and not one that a file gave for want of another.
    expect([answer.args?.step, isOtherStep({ value: { step: 1 }, args: answer.args })]).toEqual([1, false]);
    source.last("why").answer({ text: "three" });
    await settle();
    expect([answer.value?.text, answer.args?.step, answer.pending]).toEqual(["three", 3, false]);
    expect(answer.took).toBeGreaterThan(0);
  });

  it("in steady mode lets each question finish and then asks the newest alone", async () => {
    const page = await opened("#/run/1/cycle");
    const { answer, want } = follow(page, "steady");
    for (const step of [2, 3, 4]) want(step);
    expect(steps()).toEqual([1]);
    source.last("why").answer({ text: "one" });
    await settle();
    expect(answer.value?.text).toBe("one");
    expect(steps()).toEqual([1, 4]);
    source.last("why").answer({ text: "four" });
    await settle();
    expect([answer.value?.text, answer.pending]).toEqual(["four", false]);
  });

  it("shows an error as a sentence, and forgets it with the question", async () => {
    const page = await opened("#/run/1/cycle");
    const { answer, want } = follow(page);
    source.last("why").fail("no such weight");
    await settle();
    expect([answer.error, answer.pending, answer.took]).toEqual(["No such weight.", false, 0]);
    want(null);
    expect([answer.error, answer.value]).toEqual([null, null]);
  });
});
