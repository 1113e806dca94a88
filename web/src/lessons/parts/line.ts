// One weight, three examples: what the page works out by itself while a hand turns the weight. Every run is the engine's.
import { figure, several } from "../../lib/format";

export const X: readonly number[] = [1, 2, 3];
export const Y: readonly number[] = [2, 4, 6];

/** How the mean squared error curves: twice the mean of x²; 28/3. */
export const CURVATURE = (2 * X.reduce((sum, x) => sum + x * x, 0)) / X.length;
/** The learning rate with which one step lands, 3/28. */
export const ONE_THROW = 1 / CURVATURE;
/** The learning rate past which each step misses by more, 6/28. */
export const LIMIT = 2 / CURVATURE;

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

export const predictions = (w: number): number[] => X.map((x) => w * x);
export const lossAt = (w: number): number => mean(X.map((x, i) => (w * x - Y[i]) ** 2));
export const slopeAt = (w: number): number => mean(X.map((x, i) => 2 * (w * x - Y[i]) * x));

/** The slope that led to the weight after `made` updates: that where the last of them began; none before the first. */
export const slopeBehind = (weights: ArrayLike<number>, made: number): number | null => (made >= 1 && made < weights.length ? slopeAt(weights[made - 1]) : null);

/** Where the weight begins, and who put it there: chance or somebody. */
export const beginning = (w: number, chance: boolean): string =>
  `${chance ? `Chance put the weight at ${figure(w)}` : `The weight was set to ${figure(w)}`}${Math.abs(w - 2) > 1 ? ": far from what is wanted" : ""}.`;

/** What became of a way towards `goal`: its last place and how it got there. */
export type Fate = "creeps" | "lands" | "jumps" | "swings" | "flies" | "stands";

/** How the weights of a run went, told from the weights alone. */
export function fateOf(path: ArrayLike<number>, goal = 2): Fate {
  const start = path[0] - goal;
  if (path.length < 2 || start === 0) return "stands";
  const first = path[1] - goal;
  if (Math.abs(first) <= 1e-6 * Math.abs(start)) return "lands";
  // At the limit itself, which nobody types to the last digit, it takes millions of throws to come nearer or to fly off.
  if (first * start < 0 && Math.abs(Math.abs(first / start) - 1) <= 1e-5) return "swings";
  if (!(Math.abs(first) < Math.abs(start) * (1 + 1e-9))) return "flies";
  return first * start < 0 ? "jumps" : "creeps";
}

/** A line of the lesson, as `engineroom demo` prints it. */
export const printed = (epoch: number, loss: number, weight: number): string =>
  `Epoch ${epoch}: Loss=${loss.toFixed(4)}, Weight=${weight.toFixed(4)}`;

/** Every so many of these epochs a line is printed. */
const printedEvery = (epochs: number): number => (epochs <= 10 ? 1 : Math.ceil(epochs / 50) * 10);

/** What a run prints of these epochs: the loss before the update and the weight after it. */
export function printedLines(losses: ArrayLike<number>, weights: ArrayLike<number>): string[] {
  const lines: string[] = [];
  for (let epoch = 0; epoch < losses.length; epoch += printedEvery(losses.length)) lines.push(printed(epoch, losses[epoch], weights[epoch + 1]));
  return lines;
}

/** What prints them, at the end of a loop over `epoch` in Python, and the weight below them; in lines that a narrow panel holds. */
export function printing(epochs: number): string[] {
  const every = printedEvery(epochs);
  const indent = " ".repeat(every > 1 ? 8 : 4);
  return [
    ...(every > 1 ? [`    if epoch % ${every} == 0:`] : []),
    `${indent}print(f"Epoch {epoch}:",`,
    `${indent}      f"Loss={loss:.4f},",`,
    `${indent}      f"Weight={w:.4f}")`,
    `print("\\nAfter ${several(epochs, "epoch")} "`,
    '      "the weight is")',
    "print(w)",
  ];
}

/** `x` as Python writes it, with the sign that Python knows. */
export const python = (x: number): string => (Number.isInteger(x) && Math.abs(x) < 1e16 ? x.toFixed(1) : String(x).replace(/e([+-])(\d)$/, "e$10$2"));
