// Requests and answers over anything that carries frames: who asked what, what was cancelled, who hears pushes.
import { decode, encode } from "./framing";
import type { Push } from "./messages";
import { aborted, AskError, type AnswerTo, type Args, type Ask, type PushListener, type Status, type StatusListener } from "./source";

interface Waiting {
  frame: Uint8Array<ArrayBuffer>;
  sent: boolean;
  /** Asked again by itself after a lost connection; what changes something must not happen twice. */
  repeatable: boolean;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

const CHANGES: ReadonlySet<Ask> = new Set<Ask>(["train", "fork", "resume", "stop", "race"]);
/** What is said and not answered; what could not be said is out of date by the time it could. */
const SAID: ReadonlySet<Ask> = new Set<Ask>(["drawn"]);

export class Conversation {
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private readonly pushListeners = new Map<PushListener, string | undefined>();
  private readonly statusListeners = new Set<StatusListener>();
  private status: Status = "lost";
  private sentence = "Connecting to the engine.";
  private send: ((frame: Uint8Array<ArrayBuffer>) => void) | null = null;

  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal, book?: string): Promise<AnswerTo<K>> {
    if (signal?.aborted) return Promise.reject(aborted());
    if (this.status === "gone") return Promise.reject(new AskError(this.sentence));
    const id = this.nextId++;
    if (SAID.has(ask)) {
      this.send?.(encode({ ...args, id, ask, book }));
      return Promise.resolve({} as AnswerTo<K>);
    }
    return new Promise<AnswerTo<K>>((resolve, reject) => {
      const stop = (): void => {
        const entry = this.waiting.get(id);
        if (!entry) return;
        this.waiting.delete(id);
        if (entry.sent) this.send?.(encode({ id: this.nextId++, ask: "cancel", target: id, book }));
        reject(aborted());
      };
      signal?.addEventListener("abort", stop, { once: true });
      const settled = (): void => signal?.removeEventListener("abort", stop);
      const entry: Waiting = {
        // Questions that nobody waits for are cancelled here; none may be dropped for another one that looks alike.
        frame: encode({ ...args, id, ask, book, keep: true }),
        sent: false,
        repeatable: !CHANGES.has(ask),
        resolve: (answer) => (settled(), resolve(answer as AnswerTo<K>)),
        reject: (error) => (settled(), reject(error)),
      };
      this.waiting.set(id, entry);
      this.forward(entry);
    });
  }

  /** Frames can be sent from now on; what waited goes out. */
  opened(send: (frame: Uint8Array<ArrayBuffer>) => void): void {
    this.send = send;
    this.tell("open", "Connected to the engine.");
    for (const entry of this.waiting.values()) this.forward(entry);
  }

  /** The way is closed for now. Questions are asked again when it opens; an order that was sent is not. */
  lost(sentence: string): void {
    this.send = null;
    for (const [id, entry] of this.waiting) {
      if (!entry.sent) continue;
      if (entry.repeatable) entry.sent = false;
      else {
        this.waiting.delete(id);
        entry.reject(new AskError("The connection was lost before the engine answered; look at the runs before trying again."));
      }
    }
    this.tell("lost", sentence);
  }

  gone(sentence: string): void {
    this.send = null;
    this.tell("gone", sentence);
    for (const entry of this.waiting.values()) entry.reject(new AskError(sentence));
    this.waiting.clear();
  }

  receive(data: ArrayBuffer | Uint8Array): void {
    const { header, columns } = decode(data);
    if (typeof header.push === "string") {
      const push = { ...header, columns } as unknown as Push;
      for (const [listener, book] of this.pushListeners) if (book === header.book) listener(push);
      return;
    }
    const id = Number(header.id);
    const entry = this.waiting.get(id);
    if (!entry) return;
    this.waiting.delete(id);
    if (header.dropped === true) entry.reject(aborted());
    else if (typeof header.error === "string") entry.reject(new AskError(header.error));
    else entry.resolve({ ...(header.answer as object), columns });
  }

  onPush(listener: PushListener, book?: string): () => void {
    this.pushListeners.set(listener, book);
    return () => this.pushListeners.delete(listener);
  }

  onStatus(listener: StatusListener): () => void {
    this.statusListeners.add(listener);
    listener(this.status, this.sentence);
    return () => this.statusListeners.delete(listener);
  }

  private forward(entry: Waiting): void {
    if (!this.send || entry.sent) return;
    entry.sent = true;
    this.send(entry.frame);
  }

  private tell(status: Status, sentence: string): void {
    this.status = status;
    this.sentence = sentence;
    for (const listener of this.statusListeners) listener(status, sentence);
  }
}
