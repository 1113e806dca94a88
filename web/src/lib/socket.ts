// The source behind a page: a WebSocket to the server that served it.
import { Conversation } from "./conversation";
import { PracticeSource } from "./practice";
import { AskError, type AnswerTo, type Args, type Ask, type Can, type PushListener, type Source, type StatusListener, type Uploaded } from "./source";

const WAITS = [250, 500, 1000, 2000, 4000];
/** After so long without an answer the server has surely ended with its terminal. */
const GIVE_UP = 120_000;

export class SocketSource implements Source {
  readonly kind = "socket";
  readonly can: Can = { train: true, fork: true, upload: true, replay: true };
  private readonly talk = new Conversation();
  readonly practice: Source = new PracticeSource(this, this.talk);
  private socket: WebSocket | null = null;
  private tries = 0;
  private lostSince = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly origin: string,
    private readonly token: string,
  ) {
    this.connect();
  }

  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    return this.talk.ask(ask, args, signal);
  }

  async upload(file: File): Promise<Uploaded> {
    const address = `${this.origin}/upload?token=${encodeURIComponent(this.token)}&name=${encodeURIComponent(file.name)}`;
    let response: Response;
    try {
      response = await fetch(address, { method: "POST", body: file });
    } catch {
      throw new AskError("The file could not be sent; is the server still running?");
    }
    const answer = (await response.json().catch(() => ({}))) as Uploaded & { error?: string };
    if (!response.ok) throw new AskError(answer.error ?? `The server refused the file (${response.status}).`);
    return answer;
  }

  onPush(listener: PushListener): () => void {
    return this.talk.onPush(listener);
  }

  onStatus(listener: StatusListener): () => void {
    return this.talk.onStatus(listener);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.talk.gone("The page was closed.");
  }

  private connect(): void {
    const address = `${this.origin.replace(/^http/, "ws")}/socket?token=${encodeURIComponent(this.token)}`;
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.lostSince = 0;
      this.talk.opened((frame) => socket.send(frame));
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.talk.receive(event.data);
    socket.onclose = (event) => {
      if (this.closed) return;
      this.lostSince ||= Date.now();
      if (event.code === 1008) return this.talk.gone("The server refused this page's key; open the link from the terminal again.");
      if (Date.now() - this.lostSince > GIVE_UP)
        return this.talk.gone("The server has ended. Start it again with engineroom show and open its new link.");
      this.talk.lost("The connection to the engine is lost; trying again.");
      this.timer = setTimeout(() => this.connect(), WAITS[Math.min(this.tries++, WAITS.length - 1)]);
    };
  }
}
