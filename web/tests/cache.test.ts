import { describe, expect, it } from "vitest";
import { Cache, keyOf } from "../src/lib/cache";
import { column } from "../src/lib/framing";

const answer = (bytes: number): object => ({ columns: { x: column("x", new Uint8Array(bytes)) } });

describe("kept answers", () => {
  it("know a question whatever the order of its arguments", () => {
    expect(keyOf("cycle", { run: 1, step: 2 })).toBe(keyOf("cycle", { step: 2, run: 1 }));
    expect(keyOf("cycle", { run: 1, step: 2 })).not.toBe(keyOf("state", { run: 1, step: 2 }));
  });

  it("tell questions apart by what is inside their arguments", () => {
    const asked = (lr: number): object => ({ run: 1, at: 3, set: { "dense1.weight[0, 0]": lr }, of: [{ law: "sgd", lr }] });
    expect(keyOf("landscape", asked(0.1))).not.toBe(keyOf("landscape", asked(0.2)));
    expect(keyOf("landscape", { of: { law: "sgd", lr: 1 } })).toBe(keyOf("landscape", { of: { lr: 1, law: "sgd" } }));
    expect(keyOf("landscape", { weights: ["a", "b"] })).not.toBe(keyOf("landscape", { weights: ["b", "a"] }));
  });

  it("let the least recently used go when there is no more room", () => {
    const cache = new Cache(10_000);
    for (const key of ["a", "b", "c"]) cache.put(key, answer(1000));
    cache.get("a");
    cache.put("d", answer(1000));
    expect(cache.get("b")).toBeUndefined();
    expect(["a", "c", "d"].every((key) => cache.get(key))).toBe(true);
    cache.put("huge", answer(20_000));
    expect(cache.get("huge")).toBeUndefined();
    expect(cache.get("d")).toBeDefined();
  });

  it("count an answer once that is put in its own place", () => {
    const cache = new Cache(10_000);
    cache.put("a", answer(1000));
    for (let again = 0; again < 5; again++) cache.put("b", answer(1000));
    expect(cache.get("a")).toBeDefined();
  });
});
