// The few lines of Python beside a lesson: plain text, numbers that can be edited, and what each line holds just now.

import { figure } from "../../lib/format";

/** A number in the code that can be changed. */
export interface Hole {
  readonly hole: string;
  /** Its name in the code, and behind a comma or colon what it is. */
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  /** It has to be larger than this. */
  readonly above?: number;
  /** Of a number that is whole. */
  readonly step?: 1;
  readonly change: (value: number) => void;
}

export interface CodeLine {
  readonly parts: readonly (string | Hole)[];
  /** What it holds now, shown behind the line. */
  readonly now?: string;
  readonly lit?: boolean;
  /** A phase, whose colour the light takes. */
  readonly tone?: "forward" | "loss" | "backward" | "update";
}

/** Why a hole does not take a number, in one sentence; null where it does. `typed` is "" where the field holds no number. */
export function refusal(hole: Hole, value: number, typed: string): string | null {
  const { min = -Infinity, max = Infinity, above = -Infinity, step } = hole;
  if (Number.isFinite(value) && value > above && value >= min && value <= max && (step === undefined || Number.isInteger(value))) return null;
  const range = Number.isFinite(above) ? ` above ${figure(above)}` : Number.isFinite(max) ? ` from ${figure(min)} to ${figure(max)}` : Number.isFinite(min) ? ` not below ${figure(min)}` : "";
  return `${hole.label.split(/[,:]/)[0]} must be a ${step ? "whole " : ""}number${range}, got ${typed || "none that can be used"}.`;
}

export type Piece = { readonly text: string; readonly kind: "plain" | "word" | "number" | "text" | "comment" };

const TOKENS = /(#.*$)|("[^"]*"|'[^']*')|(\b(?:import|from|as|for|in|if|else|def|return|print|range|None|True|False)\b)|((?<![\w.])\d+(?:\.\d*)?(?:e[+-]?\d+)?(?!\w))/g;

/** A line in pieces of one colour each. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), kind: "plain" });
    found.push({ text: match[0], kind: match[1] ? "comment" : match[2] ? "text" : match[3] ? "word" : "number" });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), kind: "plain" });
  return found;
}

/** How far a line goes in where it is too long for its place and goes on below, in letters: farther than it begins. */
export function hanging({ parts }: CodeLine): number {
  const first = parts[0];
  return (typeof first === "string" ? first.length - first.trimStart().length : 0) + 6;
}

/** The lines as a program that can be run. */
export const program = (lines: readonly CodeLine[]): string =>
  lines.map((line) => line.parts.map((part) => (typeof part === "string" ? part : String(part.value))).join("")).join("\n") + "\n";
