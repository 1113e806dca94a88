import { describe, expect, it } from "vitest";
import { isOtherStep } from "../src/lib/answer.svelte";
import { FileSource, framesOf, unpackBase64 } from "../src/lib/file";
import { column, encode } from "../src/lib/framing";

function pack(frames: Uint8Array[]): Uint8Array {
  const parts = frames.flatMap((frame) => {
    const head = new Uint8Array(8);
    new DataView(head.buffer).setUint32(0, frame.length, true);
    return [head, frame, new Uint8Array((8 - (frame.length % 8)) % 8)];
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
const state = (step: number): Uint8Array =>
  encode({ ask: "state", args: { run: 1, step }, answer: { step, parameters: ["w"] } }, { w: column("w", new Float32Array([step])) });

describe("a stored page", () => {
  const source = new FileSource(framesOf(pack([state(0), state(10), state(20), encode({ ask: "why", args: { run: 1 }, answer: { text: "because" } })])));

  it("answers what was baked, with its columns", async () => {
    expect((await source.ask("state", { run: 1, step: 10 })).columns.w.data[0]).toBe(10);
    expect((await source.ask("why", { run: 1, weight: null, top: 8 })).text).toBe("because");
  });

  it("knows a weight by its name, however that is spaced", async () => {
    const why = encode({ ask: "why", args: { run: 1, step: 3, weight: "dense1.weight[3, 5]" }, answer: { text: "because" } });
    const held = new FileSource(framesOf(pack([why])));
    expect((await held.ask("why", { run: 1, step: 3, weight: "dense1.weight[3,5]" })).text).toBe("because");
    await expect(held.ask("why", { run: 1, step: 3, weight: "dense1.weight[3,6]" })).rejects.toThrow("does not hold that answer");
  });

  it("stands the nearest earlier step for one between", async () => {
    expect((await source.ask("state", { run: 1, step: 17 })).step).toBe(10);
    const value = await source.ask("state", { run: 1, step: 99 });
    expect(value.step).toBe(20);
    expect([isOtherStep({ value, args: { step: 99 } }), isOtherStep({ value, args: { step: 20 } }), isOtherStep({ value: null, args: null })]).toEqual([true, false, false]);
  });

  it("stands in for a neuron and for histograms too, each neuron for itself alone", async () => {
    const neuron = (index: number, step: number): Uint8Array => encode({ ask: "neuron", args: { run: 1, step, layer: "dense1", index, rows: 256 }, answer: { step, index } });
    const health = (step: number): Uint8Array => encode({ ask: "health", args: { run: 1, step, points: 1 }, answer: { step } });
    const few = new FileSource(framesOf(pack([neuron(3, 1), neuron(3, 20), health(1), health(20)])));
    expect(await few.ask("neuron", { run: 1, step: 12, layer: "dense1", index: 3 })).toMatchObject({ step: 1, index: 3 });
    await expect(few.ask("neuron", { run: 1, step: 12, layer: "dense1", index: 4 })).rejects.toThrow("does not hold that answer");
    expect((await few.ask("health", { run: 1, step: 19, points: 1 })).step).toBe(1);
    // Of all steps is another question than of one.
    await expect(few.ask("health", { run: 1, points: 48 })).rejects.toThrow("does not hold that answer");
  });

  it("never answers about rows that are trained on with rows that were held out", async () => {
    const beliefs = (rows: string): Uint8Array => encode({ ask: "beliefs", args: { run: 1, step: 5, rows }, answer: { step: 5, part: rows } });
    const held = new FileSource(framesOf(pack([beliefs("validation")])));
    expect((await held.ask("beliefs", { run: 1, step: 5, rows: "validation", limit: 20 })).part).toBe("validation");
    await expect(held.ask("beliefs", { run: 1, step: 5, rows: "training" })).rejects.toThrow("does not hold that answer");
    const both = new FileSource(framesOf(pack([beliefs("validation"), beliefs("training")])));
    expect((await both.ask("beliefs", { run: 1, step: 9, rows: "training" })).part).toBe("training");
    const few = new FileSource(framesOf(pack([encode({ ask: "cycle", args: { run: 1, step: 5 }, answer: { step: 5 } })])));
    expect((await few.ask("cycle", { run: 1, step: 5, rows: 8 })).step).toBe(5);
  });

  it("says for which steps it holds an answer, where it is asked about another", async () => {
    const stability = (step: number): Uint8Array => encode({ ask: "stability", args: { run: 1, step }, answer: { step } });
    const held = new FileSource(framesOf(pack([stability(360), stability(0), stability(1091)])));
    await expect(held.ask("stability", { run: 1, step: 90 })).rejects.toThrow("for steps 0, 360 and 1,091, and not for step 90;");
  });

  it("shows a row as of another step rather than not at all, and says of which", async () => {
    const held = new FileSource(framesOf(pack([encode({ ask: "example", args: { run: 1, row: 7, step: 3 }, answer: { row: 7, step: 3 } })])));
    expect((await held.ask("example", { run: 1, row: 7, step: 5 })).step).toBe(3);
    await expect(held.ask("example", { run: 1, row: 8, step: 3 })).rejects.toThrow("does not hold that answer");
  });

  it("says in a sentence what needs the engine", async () => {
    await expect(source.ask("why", { run: 1, step: 3 })).rejects.toThrow("engineroom show");
    expect(source.can.train).toBe(false);
  });

  it("is unpacked from base64, gzipped or not", async () => {
    const bytes = pack([state(3)]);
    const base64 = (data: Uint8Array): string => btoa(String.fromCharCode(...data));
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
    const plain = await unpackBase64(base64(bytes));
    const zipped = await unpackBase64(base64(new Uint8Array(await new Response(stream).arrayBuffer())) + "\n");
    expect(framesOf(plain)[0].header).toEqual(framesOf(zipped)[0].header);
  });
});
