// The source inside an exported page: answers that were asked beforehand and stored in the file itself.
import { keyOf } from "./cache";
import { count } from "./format";
import { decode, type Frame } from "./framing";
import type { Asks } from "./messages";
import { AskError, type AnswerTo, type Args, type Ask, type Can, type PushListener, type Source, type StatusListener, type Uploaded } from "./source";

/** Length-prefixed frames, as they stand in the file: uint32 length, frame, zero bytes up to a multiple of 8, and so on. */
export function framesOf(bytes: Uint8Array): Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  for (let at = 0; at + 8 <= bytes.byteLength; ) {
    const length = view.getUint32(at, true);
    frames.push(decode(bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + ((length + 7) & ~7);
  }
  return frames;
}

/** Arguments that only say how fine an answer is, or how many of its parts are wanted; `rows` may also name which rows. */
const FINENESS: ReadonlySet<string> = new Set(["id", "ask", "points", "rows", "top", "limit", "prove", "sample", "span", "first", "last"]);

/** One text for all questions that an answer serves, however fine they ask for it, and however a weight's name is spaced. */
const subjectOf = (ask: Ask, args: object): string =>
  keyOf(
    ask,
    Object.fromEntries(
      Object.entries(args)
        .filter(([key, value]) => (!FINENESS.has(key) || (key === "rows" && typeof value === "string")) && value !== undefined && value !== null)
        .map(([key, value]) => [key, key === "weight" ? `${value}`.replace(/\s/g, "") : value]),
    ),
  );

/** The same for any step. */
const seriesOf = (ask: Ask, args: object): string => subjectOf(ask, { ...args, step: null });

/** Asks whose answer says of which step it is, and whose view tells that. */
const DATED: ReadonlySet<Ask> = new Set<Ask>(["state", "cycle", "beliefs", "pushes", "neuron", "health", "example"]);

/** step 4; steps 1, 91 and 360; of many the first ones. */
function stepsTold(steps: readonly number[]): string {
  const few = steps.slice(0, 6).map(count);
  if (few.length === 1) return `step ${few[0]}`;
  return steps.length > few.length ? `${count(steps.length)} steps, such as ${few.join(", ")}` : `steps ${few.slice(0, -1).join(", ")} and ${few.at(-1)}`;
}

export class FileSource implements Source {
  readonly kind = "file";
  readonly can: Can = { train: false, fork: false, upload: false, replay: false };
  readonly practice = null;
  private readonly answers = new Map<string, object>();
  /** Steps that are in the file, by the question without its step. */
  private readonly steps = new Map<string, number[]>();

  /** Each frame's header is `{ask, args, answer}`. */
  constructor(frames: readonly Frame[]) {
    for (const { header, columns } of frames) {
      const ask = header.ask as Ask;
      const args = (header.args ?? {}) as { step?: unknown };
      this.answers.set(subjectOf(ask, args), { ...(header.answer as object), columns });
      if (typeof args.step === "number") {
        const key = seriesOf(ask, args);
        this.steps.set(key, [...(this.steps.get(key) ?? []), args.step]);
      }
    }
    for (const steps of this.steps.values()) steps.sort((a, b) => a - b);
  }

  async ask<K extends Ask>(ask: K, args: Args<K>): Promise<AnswerTo<K>> {
    const found = this.answers.get(subjectOf(ask, args));
    if (found) return found as Asks[K]["answer"];
    const wanted = (args as { step?: number }).step;
    const held = wanted === undefined ? [] : (this.steps.get(seriesOf(ask, args)) ?? []);
    // Between the frames that were baked, the nearest one not after the step stands for it; its own step says so.
    if (held.length && DATED.has(ask)) return this.ask(ask, { ...args, step: held.findLast((step) => step <= wanted!) ?? held[0] });
    if (held.length) throw new AskError(`This file holds that answer for ${stepsTold(held)}, and not for step ${count(wanted!)}; open the logbook with engineroom show to ask the engine.`);
    throw new AskError("This file does not hold that answer; open the logbook with engineroom show to ask the engine.");
  }

  upload(): Promise<Uploaded> {
    return Promise.reject(new AskError("A file cannot train; start engineroom show to use your own data."));
  }

  onPush(_listener: PushListener): () => void {
    return () => undefined;
  }

  onStatus(listener: StatusListener): () => void {
    listener("open", "This page is a file: it shows what was stored in it, without an engine.");
    return () => undefined;
  }

  close(): void {
    this.answers.clear();
  }
}

/** The bytes behind base64 text, gunzipped. */
export async function unpackBase64(text: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
