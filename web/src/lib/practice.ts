// The book in which lessons practice, behind the same conversation: each message names it.
import type { Conversation } from "./conversation";
import type { AnswerTo, Args, Ask, Can, PushListener, Source, StatusListener, Uploaded } from "./source";

export const PRACTICE = "practice";

export class PracticeSource implements Source {
  readonly practice = null;

  constructor(
    private readonly whole: Source,
    private readonly talk: Conversation,
  ) {}

  get kind(): Source["kind"] {
    return this.whole.kind;
  }
  get can(): Can {
    return this.whole.can;
  }
  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    return this.talk.ask(ask, args, signal, PRACTICE);
  }
  upload(file: File): Promise<Uploaded> {
    return this.whole.upload(file);
  }
  onPush(listener: PushListener): () => void {
    return this.talk.onPush(listener, PRACTICE);
  }
  onStatus(listener: StatusListener): () => void {
    return this.talk.onStatus(listener);
  }
  close(): void {
    this.whole.close();
  }
}
