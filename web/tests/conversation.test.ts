import { describe, expect, it } from "vitest";
import { Conversation } from "../src/lib/conversation";
import { column, decode, encode } from "../src/lib/framing";

function connected(): { talk: Conversation; sent: Record<string, unknown>[] } {
  const talk = new Conversation();
  const sent: Record<string, unknown>[] = [];
  talk.opened((frame) => sent.push(decode(frame).header));
  return { talk, sent };
}

describe("a conversation", () => {
  it("brings each answer to its question, in any order, with its columns", async () => {
    const { talk, sent } = connected();
    const first = talk.ask("state", { run: 1, step: 1 });
    const second = talk.ask("state", { run: 1, step: 2 });
    talk.receive(encode({ id: sent[1].id, answer: { step: 2 } }));
    talk.receive(encode({ id: sent[0].id, answer: { step: 1 } }, { w: column("w", new Float32Array([4])) }));
    expect((await second).step).toBe(2);
    expect((await first).columns.w.data[0]).toBe(4);
  });

  it("names the book that is asked, and hears of each book apart", async () => {
    const { talk, sent } = connected();
    const heard: string[] = [];
    talk.onPush(() => heard.push("home"));
    talk.onPush(() => heard.push("practice"), "practice");
    const stop = new AbortController();
    const asked = talk.ask("runs", {}, stop.signal, "practice");
    void talk.ask("runs", {}).catch(() => undefined);
    stop.abort();
    await expect(asked).rejects.toThrow();
    expect(sent.map((header) => [header.ask, header.book])).toEqual([["runs", "practice"], ["runs", undefined], ["cancel", "practice"]]);
    talk.receive(encode({ push: "runs", book: "practice", runs: [] }));
    talk.receive(encode({ push: "runs", runs: [] }));
    expect(heard).toEqual(["practice", "home"]);
  });

  it("turns an error into a sentence", async () => {
    const { talk, sent } = connected();
    const asked = talk.ask("describe", { run: 99 });
    talk.receive(encode({ id: sent[0].id, error: "there is no run 99" }));
    await expect(asked).rejects.toThrow("there is no run 99");
  });

  it("waits for the connection, and asks a question again after it was lost", async () => {
    const talk = new Conversation();
    const asked = talk.ask("runs", {});
    const sent: Record<string, unknown>[] = [];
    talk.opened((frame) => sent.push(decode(frame).header));
    talk.lost("trying again");
    talk.opened((frame) => sent.push(decode(frame).header));
    expect(sent.map((header) => header.ask)).toEqual(["runs", "runs"]);
    talk.receive(encode({ id: sent[1].id, answer: { runs: [] } }));
    expect((await asked).runs).toEqual([]);
  });

  it("does not wait for what is said and not answered, and says it once", async () => {
    const { talk, sent } = connected();
    await talk.ask("drawn", { states: 3 });
    expect(sent).toMatchObject([{ ask: "drawn", states: 3 }]);
    talk.lost("trying again");
    await talk.ask("drawn", { states: 4 });
    talk.opened((frame) => sent.push(decode(frame).header));
    expect(sent.length).toBe(1);
  });

  it.each(["train", "fork", "resume", "stop", "race"] as const)("never gives an order twice: %s", async (order) => {
    const { talk, sent } = connected();
    const asked = talk.ask(order, { run: 1, at: 3 } as never);
    talk.lost("trying again");
    await expect(asked).rejects.toThrow("before the engine answered");
    talk.opened((frame) => sent.push(decode(frame).header));
    expect(sent).toHaveLength(1);
  });

  it("takes a question that the other side dropped for one that is no longer wanted", async () => {
    const { talk, sent } = connected();
    const asked = talk.ask("describe", { run: 1 });
    talk.receive(encode({ id: sent[0].id, dropped: true }));
    await expect(asked).rejects.toThrow("no longer wanted");
  });

  it("tells the other side what is no longer wanted", async () => {
    const { talk, sent } = connected();
    const controller = new AbortController();
    const asked = talk.ask("landscape", { run: 1, step: 1, weights: [] }, controller.signal);
    controller.abort();
    await expect(asked).rejects.toThrow("no longer wanted");
    expect(sent[1]).toMatchObject({ ask: "cancel", target: sent[0].id });
  });

  it("says how it stands, at once and after each change, and ends with a sentence", async () => {
    const { talk } = connected();
    const heard: string[] = [];
    talk.onStatus((status) => heard.push(status));
    talk.lost("a");
    talk.gone("The server has ended.");
    expect(heard).toEqual(["open", "lost", "gone"]);
    await expect(talk.ask("runs", {})).rejects.toThrow("The server has ended.");
  });

  it("hands pushes to who listens", () => {
    const { talk } = connected();
    const heard: number[] = [];
    const end = talk.onPush((push) => push.push === "progress" && heard.push(push.step));
    talk.receive(encode({ push: "progress", run: 1, step: 5 }));
    end();
    talk.receive(encode({ push: "progress", run: 1, step: 6 }));
    expect(heard).toEqual([5]);
  });
});
