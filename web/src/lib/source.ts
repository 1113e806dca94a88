// The only thing the front end asks. Behind it stands a socket, a notebook's widget or a file; views never know which.
import { sentence } from "./format";
import type { Asks, Push } from "./messages";

export type Ask = keyof Asks;
export type Args<K extends Ask> = Asks[K]["args"];
export type AnswerTo<K extends Ask> = Asks[K]["answer"];

/** open: asks are answered; lost: they wait, we are trying again; gone: nothing will answer any more. */
export type Status = "open" | "lost" | "gone";
export type StatusListener = (status: Status, sentence: string) => void;
export type PushListener = (push: Push) => void;

/** What a source can do besides answering from what it has; what it cannot is labelled, not hidden. */
export interface Can {
  train: boolean;
  fork: boolean;
  upload: boolean;
  replay: boolean;
}

export type Uploaded = Asks["upload"]["answer"];

export interface Source {
  readonly kind: "socket" | "widget" | "file";
  readonly can: Can;
  /** The book in which lessons practice, asked alike; null where there is none. */
  readonly practice: Source | null;
  /** Columns come back as typed arrays in the answer's `columns`. Aborting rejects with an AbortError and tells the other side. */
  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>>;
  upload(file: File): Promise<Uploaded>;
  onPush(listener: PushListener): () => void;
  /** Hears the present status at once, then each change. */
  onStatus(listener: StatusListener): () => void;
  close(): void;
}

/** What a source answers instead of an answer: one sentence for the person. */
export class AskError extends Error {
  override readonly name = "AskError";
}

export const aborted = (): DOMException => new DOMException("no longer wanted", "AbortError");
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
export const sentenceOf = (error: unknown): string => sentence(error instanceof Error ? error.message : String(error));
