// The equation of each phase, filled with the numbers of this step, this example, this neuron and this weight.
import { shortened, signed } from "../../lib/format";
import { factor, frac, hat, lines, mi, num, op, row, root, sub, sup, tone, words, type MathNode } from "../../lib/mathml";
import type { Cycle, Description, Phase } from "../../lib/state.svelte";
import { numbers } from "../../lib/framing";
import { whatStandardizedIs } from "./own";
import type { Link, Scene } from "./scene";

export interface Told {
  /** What happens in this phase, in a sentence. */
  readonly sentence: string;
  readonly equations: readonly MathNode[];
  readonly notes: readonly string[];
  /** The law's own formula. */
  readonly formula?: string;
}

/** What the equations speak of: neuron `to` of link `link`, and the weight that comes to it from `from`. */
export interface Spoken {
  readonly link: number;
  readonly from: number;
  readonly to: number;
}

const TERMS = 3;
const colored = (v: number, of: MathNode): MathNode => tone(v < 0 ? "negative" : "positive", of);
const signedOp = (v: number): MathNode => op(v < 0 ? "−" : "+");

/** The sum, a term a line: its largest terms, how many others there are, the bias, and what it makes. */
export function weightedSum(link: Link, inputs: ArrayLike<number>, to: number, z: number): MathNode {
  const terms = Array.from({ length: link.inputs }, (_, i) => ({ x: inputs[i], w: link.weight[i * link.outputs + to] }));
  const ordered = link.inputs <= TERMS ? terms : [...terms].sort((a, b) => Math.abs(b.x * b.w) - Math.abs(a.x * a.w));
  const shown = ordered.slice(0, TERMS);
  const rest = ordered.slice(TERMS).reduce((sum, { x, w }) => sum + x * w, 0);
  const others = terms.length - shown.length;
  return lines(
    [mi("z"), op("="), row(words("sum of\u00a0"), mi("w"), op("·"), mi("x"), ...(link.bias ? [op("+"), mi("b")] : []))],
    ...shown.map(({ x, w }, n) => ["", op(n === 0 ? "=" : "+"), row(colored(w, factor(w, 3)), op("·"), factor(x, 3))]),
    ...(others > 0 ? [["", signedOp(rest), row(num(Math.abs(rest), 3), words(`\u00a0from ${others} other${others > 1 ? "s" : ""}`))]] : []),
    ...(link.bias ? [["", signedOp(link.bias[to]), row(num(Math.abs(link.bias[to]), 3), words("\u00a0bias"))]] : []),
    ["", op("="), num(z)],
  );
}

/** A probability; close to 1 with as many digits as tell what is left to it. */
export const chance = (p: number): MathNode => num(p, p > 0.99 && p < 1 ? 2 - Math.floor(Math.log10(1 - p)) : 4);

export function forwardTold(description: Description, scene: Scene, { link: k, to }: Spoken): Told {
  const link = scene.links[k];
  const layer = description.layers.find((l) => l.name === link.layer);
  const z = scene.sums[k + 1]?.[to] ?? Number.NaN;
  const a = scene.values[k + 1][to];
  const last = k === scene.links.length - 1;
  const softmax = last && scene.isClass && scene.links[k].outputs > 1;
  const bent = !softmax && layer && layer.activation !== "identity" && layer.activation !== "linear";
  const equations = [weightedSum(link, scene.values[k], to, z)];
  if (bent) equations.push(row(mi("a"), op("="), words(layer.activation), op("("), num(z), op(")"), op("="), num(a)));
  if (softmax) equations.push(row(mi("p"), op("="), frac(sup("e", num(z, 3)), row(words("sum of\u00a0"), sup("e", "z"))), op("="), chance(a)));
  return {
    sentence: "Each neuron weighs what reaches it, adds it up and hands it on. At the end stands a prediction.",
    equations,
    notes: last ? outcomeNotes(description, scene) : [],
    formula: bent && layer.formula ? `${layer.activation}: ${layer.formula}` : undefined,
  };
}

/** The equations speak of standardized numbers; this says the same in the target's own unit. */
const outcomeNotes = (description: Description, scene: Scene): string[] =>
  scene.outcome === null ? [] : [`For this example it ${scene.outcome}.`, whatStandardizedIs(description)];

export function lossTold(description: Description, scene: Scene): Told {
  const out = scene.values.at(-1)!;
  const y = scene.target;
  const equations: MathNode[] = [];
  if (description.loss === "mse" && out.length === 1) {
    const miss = out[0] - y[0];
    equations.push(lines([words("loss"), op("="), sup(row(op("("), hat("y"), op("−"), mi("y"), op(")")), "2")], ["", op("="), sup(row(op("("), num(out[0]), op(y[0] < 0 ? "+" : "−"), num(Math.abs(y[0])), op(")")), "2")], ["", op("="), row(sup(row(op("("), num(miss), op(")")), "2"), op("="), tone("loss", num(scene.loss)))]));
  } else if (description.loss === "cross_entropy" && scene.isClass && out.length > 1) {
    const name = description.outputs[y[0]] ?? String(y[0]);
    equations.push(lines([words("loss"), op("="), row(op("−"), mi("log"), words("\u00a0"), sub("p", words(shortened(name, 22))))], ["", op("="), row(op("−"), mi("log"), words("\u00a0"), chance(out[y[0]]))], ["", op("="), tone("loss", num(scene.loss))]));
  } else {
    equations.push(row(words("loss"), op("="), tone("loss", num(scene.loss))));
  }
  if (scene.batch > 1) equations.push(row(frac("1", num(scene.batch)), words("\u00a0sum over the batch\u00a0"), op("="), tone("loss", num(scene.meanLoss))));
  return {
    sentence: description.loss_law.words,
    equations,
    notes: outcomeNotes(description, scene),
    formula: `${description.loss}: ${description.loss_law.formula}`,
  };
}

export function backwardTold(description: Description, scene: Scene, cycle: Cycle, spoken: Spoken): Told {
  const { link: k, from, to } = spoken;
  const link = scene.links[k];
  const last = k === scene.links.length - 1;
  const signal = scene.signals[k + 1]?.[to] ?? Number.NaN;
  const out = scene.values.at(-1)!;
  const x = scene.values[k][from];
  const gradient = link.grad[from * link.outputs + to];
  const equations: MathNode[] = [];
  const delta = mi("δ");
  if (last && description.loss === "mse" && out.length === 1) {
    equations.push(lines([delta, op("="), row(frac(row("2", op("("), hat("y"), op("−"), mi("y"), op(")")), scene.batch > 1 ? words("batch") : "1"))], ["", op("="), row(frac(row("2", op("·"), factor(out[0] - scene.target[0])), num(scene.batch)), op("="), tone("backward", num(signal)))]));
  } else if (last && description.loss === "cross_entropy" && scene.isClass && out.length > 1) {
    const hit = scene.target[0] === to ? 1 : 0;
    equations.push(lines([delta, op("="), row(frac(row(mi("p"), op("−"), num(hit)), words("batch")))], ["", op("="), row(frac(row(chance(out[to]), op("−"), num(hit)), num(scene.batch)), op("="), tone("backward", num(signal)))]));
  } else if (!last) {
    const next = scene.links[k + 1];
    let pulled = 0;
    for (let j = 0; j < next.outputs; j++) pulled += next.weight[to * next.outputs + j] * (scene.signals[k + 2]?.[j] ?? 0);
    equations.push(lines([delta, op("="), row(words("slope"), op("·"), words("sum of\u00a0"), mi("w"), op("·"), sub("δ", words("next")))], ["", op("="), row(num(pulled === 0 ? 0 : signal / pulled, 3), op("·"), factor(pulled), op("="), tone("backward", num(signal)))]));
  } else {
    equations.push(row(delta, op("="), tone("backward", num(signal))));
  }
  const own = x * signal;
  const others = scene.batch - 1;
  equations.push(
    lines(
      [words("gradient"), op("="), row(words("batch sum of\u00a0"), mi("x"), op("·"), delta)],
      ["", op("="), row(factor(x, 3), op("·"), factor(signal, 3), ...(others > 0 ? [words("\u00a0\u00a0this one")] : []))],
      ...(others > 0 ? [["", signedOp(gradient - own), row(num(Math.abs(gradient - own), 3), words(`\u00a0\u00a0${others} other${others > 1 ? "s" : ""}`))]] : []),
      ["", op("="), tone("backward", num(gradient))],
    ),
  );
  return {
    sentence: "The error runs back along the weights, so that each of them learns which way is downhill.",
    equations,
    notes: cycle.batch > cycle.rows_shown ? [`The batch has ${cycle.batch} rows; ${cycle.rows_shown} of them are shown here.`] : [],
  };
}

export function updateTold(description: Description, scene: Scene, cycle: Cycle, { link: k, from, to }: Spoken): Told {
  const link = scene.links[k];
  const at = from * link.outputs + to;
  const [w, g, after, lr] = [link.weight[at], link.grad[at], link.after[at], cycle.lr];
  const name = `${link.layer}.weight`;
  const slot = (which: string): number | null => cycle.columns[`${name}.${which}.after`]?.data[at] ?? null;
  const old = (which: string): number | null => numbers(cycle.columns, `${name}.${which}`)[at] ?? null;
  const { law, attributes } = description.optimizer;
  const decay = Number(attributes.weight_decay ?? 0);
  const next = sub("w", words("new"));
  const equations: MathNode[] = [];
  const result = tone("update", num(after, 5));
  const velocity = slot("velocity");
  const [m, v, square] = [slot("m"), slot("v"), slot("square")];
  const eps = Number(attributes.eps ?? 0);
  if (law === "sgd" && velocity === null && decay === 0) {
    equations.push(lines([next, op("="), row(mi("w"), op("−"), words("lr"), op("·"), words("gradient"))], ["", op("="), row(num(w, 5), op("−"), num(lr), op("·"), tone("backward", factor(g)))], ["", op("="), result]));
  } else if (law === "sgd" && velocity !== null && decay === 0 && !attributes.nesterov) {
    equations.push(row(mi("v"), op("="), num(Number(attributes.momentum)), op("·"), factor(old("velocity") ?? 0), op("+"), tone("backward", factor(g)), op("="), num(velocity)));
    equations.push(lines([next, op("="), row(mi("w"), op("−"), words("lr"), op("·"), mi("v"))], ["", op("="), row(num(w, 5), op("−"), num(lr), op("·"), factor(velocity))], ["", op("="), result]));
  } else if ((law === "adam" || law === "adamw") && m !== null && v !== null && (law === "adamw" || decay === 0)) {
    const [b1, b2] = [Number(attributes.beta1), Number(attributes.beta2)];
    const ownStep = scene.step - description.start;
    const [mHat, vHat] = [m / (1 - b1 ** ownStep), v / (1 - b2 ** ownStep)];
    equations.push(
      lines(
        [mi("m"), op("="), row(num(b1), op("·"), factor(old("m") ?? 0), op("+"), num(1 - b1, 2), op("·"), tone("backward", factor(g)))],
        ["", op("="), num(m, 3)],
        [mi("v"), op("="), row(num(b2), op("·"), num(old("v") ?? 0, 5), op("+"), num(1 - b2, 2), op("·"), sup(tone("backward", factor(g)), "2"))],
        ["", op("="), num(v, 3)],
      ),
    );
    const shrink = law === "adamw" && decay !== 0;
    equations.push(
      lines(
        [next, op("="), row(mi("w"), ...(shrink ? [op("−"), words("lr"), op("·"), words("decay"), op("·"), mi("w")] : []), op("−"), words("lr"), op("·"), frac(hat("m"), row(root(hat("v")), op("+"), mi("ε"))))],
        ["", op("="), row(num(w, 5), ...(shrink ? [op("−"), factor(lr * decay * w, 3)] : []))],
        ["", op("−"), row(num(lr), op("·"), frac(num(mHat, 4), row(root(num(vHat, 5)), op("+"), num(eps, 2))))],
        ["", op("="), result],
      ),
    );
  } else if (law === "rmsprop" && square !== null && velocity === null && !attributes.centered && decay === 0) {
    const rho = Number(attributes.rho);
    equations.push(row(mi("s"), op("="), num(rho), op("·"), num(old("square") ?? 0, 5), op("+"), num(1 - rho, 3), op("·"), sup(tone("backward", factor(g)), "2"), op("="), num(square, 3)));
    equations.push(lines([next, op("="), row(mi("w"), op("−"), words("lr"), op("·"), frac(words("gradient"), row(root("s"), op("+"), mi("ε"))))], ["", op("="), row(num(w, 5), op("−"), num(lr), op("·"), frac(tone("backward", num(g)), row(root(num(square, 5)), op("+"), num(eps, 2))))], ["", op("="), result]));
  } else {
    equations.push(lines([next, op("="), row(mi("w"), op("+"), words("change"))], ["", op("="), row(num(w, 5), signedOp(after - w), num(Math.abs(after - w)))], ["", op("="), result]));
  }
  return {
    sentence: description.optimizer.words,
    equations,
    notes: [`This weight moves by ${signed(after - w)}.`],
    formula: `${law}: ${description.optimizer.formula}`,
  };
}

export function told(description: Description, scene: Scene, cycle: Cycle, phase: Phase, spoken: Spoken): Told {
  if (phase === "forward") return forwardTold(description, scene, spoken);
  if (phase === "loss") return lossTold(description, scene);
  if (phase === "backward") return backwardTold(description, scene, cycle, spoken);
  return updateTold(description, scene, cycle, spoken);
}
