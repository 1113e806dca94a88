// Colours for canvases, read from the tokens in theme.css, so that they stand in one place.
import { clamp } from "./scale";

export interface Palette {
  paper: string;
  panel: string;
  ink: string;
  soft: string;
  faint: string;
  line: string;
  accent: string;
  positive: string;
  negative: string;
  forward: string;
  loss: string;
  backward: string;
  update: string;
}

const NAMES: readonly (keyof Palette)[] = [
  "paper", "panel", "ink", "soft", "faint", "line", "accent", "positive", "negative", "forward", "loss", "backward", "update",
];

export function paletteOf(root: Element): Palette {
  const style = getComputedStyle(root);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as unknown as Palette;
}

export type Rgb = readonly [number, number, number];

/** #rrggbb as numbers. */
export function rgb(hex: string): Rgb {
  const n = Number.parseInt(hex.replace("#", ""), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

export const css = (c: Rgb, alpha = 1): string => `rgb(${c.map(Math.round).join(" ")} / ${alpha})`;

/** 256 colours packed for ImageData, from `negative` over `panel` to `positive`. The power lets small values be seen. */
export function diverging({ negative, panel, positive }: Pick<Palette, "negative" | "panel" | "positive">): Uint32Array {
  const [under, middle, over] = [rgb(negative), rgb(panel), rgb(positive)];
  return kept(`${negative} ${panel} ${positive}`, (i) => {
    const t = (i - 127.5) / 127.5;
    return mix(middle, t < 0 ? under : over, Math.abs(t) ** 0.7);
  });
}

/** Which of those 256 colours shows a value, where `most` has the deepest one; the server rounds in the same way. */
export const shadeOf = (value: number, most: number): number => clamp(128 + (value * 127.5) / (most || 1), 0, 255) | 0;

/** The same 256 places for a probability: the panel's colour up to 0, then evenly to `color` at 1. */
export const fading = (panel: string, color: Rgb): Uint32Array => kept(`${panel} ${color.join()}`, (i) => mix(rgb(panel), color, clamp((i - 128) / 127, 0, 1)));

/** 256 colours packed for ImageData, from `low` to `high`. */
export function sequential(low: string, high: string): Uint32Array {
  const [a, b] = [rgb(low), rgb(high)];
  return kept(`${low} ${high}`, (i) => mix(a, b, i / 255));
}

/** Every picture asks for its colours, and there are few: each table is made once. */
const tables = new Map<string, Uint32Array>();
function kept(name: string, color: (i: number) => Rgb): Uint32Array {
  let table = tables.get(name);
  if (!table) tables.set(name, (table = Uint32Array.from({ length: 256 }, (_, i) => pack(color(i)))));
  return table;
}

const pack = (c: Rgb): number => ((255 << 24) | (Math.round(c[2]) << 16) | (Math.round(c[1]) << 8) | Math.round(c[0])) >>> 0;
