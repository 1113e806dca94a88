// The source inside a notebook: the same frames, carried by the widget's own messages.
import { Conversation } from "./conversation";
import { PracticeSource } from "./practice";
import { AskError, type AnswerTo, type Args, type Ask, type Can, type PushListener, type Source, type StatusListener, type Uploaded } from "./source";

/** What anywidget hands to `render`, as far as it is used here. */
export interface WidgetModel {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: "msg:custom", hear: (content: unknown, buffers: DataView[]) => void): void;
  off(event: "msg:custom", hear: (content: unknown, buffers: DataView[]) => void): void;
}

export class WidgetSource implements Source {
  readonly kind = "widget";
  readonly can: Can = { train: true, fork: true, upload: false, replay: true };
  private readonly talk = new Conversation();
  readonly practice: Source = new PracticeSource(this, this.talk);

  constructor(private readonly model: WidgetModel) {
    model.on("msg:custom", this.hear);
    this.talk.opened((frame) => model.send({ frame: true }, undefined, [frame.buffer]));
  }

  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    return this.talk.ask(ask, args, signal);
  }

  upload(): Promise<Uploaded> {
    return Promise.reject(new AskError("In a notebook, train on your own data with engineroom.train in a cell."));
  }

  onPush(listener: PushListener): () => void {
    return this.talk.onPush(listener);
  }

  onStatus(listener: StatusListener): () => void {
    return this.talk.onStatus(listener);
  }

  close(): void {
    this.model.off("msg:custom", this.hear);
    this.talk.gone("The widget was closed.");
  }

  private readonly hear = (_content: unknown, buffers: DataView[]): void => {
    for (const part of buffers) this.talk.receive(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  };
}
