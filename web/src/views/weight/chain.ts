// The way of an error signal back: the neurons that sent it, each through its weight, to the neuron that this weight goes into.
import { figure, signed } from "../../lib/format";
import { linear } from "../../lib/scale";
import { amount, type Chain, type Link } from "./why";

export interface Strand {
  readonly link: Link;
  readonly value: number;
  /** Middle of its row, and its width, in pixels. */
  readonly y: number;
  readonly width: number;
  readonly path: string;
  readonly label: string;
}

/** What flows back, for one example of the batch or for all of it. */
export function sendersOf(chain: Chain, row: number | null): readonly Link[] {
  if (row === null) return chain.batch;
  return chain.examples.find((example) => example.row === row)?.links ?? [];
}

/** Strands from rows of `rowHeight` at the right to one neuron at the left. */
export function strandsOf(links: readonly Link[], width: number, rowHeight: number): Strand[] {
  const most = Math.max(...links.map((link) => Math.abs(amount(link.amount))), 1e-300);
  const thick = linear([0, most], [1, 12]);
  const middle = (links.length * rowHeight) / 2;
  return links.map((link, i) => {
    const y = (i + 0.5) * rowHeight;
    const value = amount(link.amount);
    return {
      link,
      value,
      y,
      width: Number.isFinite(value) ? thick(Math.abs(value)) : 1,
      path: `M${width} ${y}C${width * 0.5} ${y} ${width * 0.5} ${middle} 0 ${middle}`,
      label: link.error ? `${figure(amount(link.error), 3)} through a weight of ${figure(amount(link.weight), 3)}: ${signed(value, 3)}` : `through a weight of ${figure(amount(link.weight), 3)}: ${signed(value, 3)}`,
    };
  });
}
