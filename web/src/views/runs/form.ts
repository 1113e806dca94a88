// What the form for a new run holds, what it begins with, and the question that it becomes.
import { count } from "../../lib/format";
import type { ColumnKind } from "../../lib/kinds";
import type { TrainAsk, TrainLayer, Upload } from "../../lib/messages";
import { FEWEST, makeToy, MOST, TOYS } from "./toys";

export const ACTIVATIONS = ["relu", "tanh", "sigmoid", "identity", "leaky_relu", "gelu", "silu", "softplus"] as const;
export const OUTPUT_ACTIVATIONS = ["identity", "softmax", ...ACTIVATIONS.filter((a) => a !== "identity")] as const;
export const LOSSES = ["auto", "mse", "mae", "huber", "cross_entropy", "binary_cross_entropy"] as const;
export const INITS = ["auto", "zeros", "glorot", "glorot_normal", "he", "he_normal", "normal", "uniform"] as const;

export interface LawField {
  readonly name: string;
  readonly label: string;
  readonly usual: number | boolean;
}

const DECAY: LawField = { name: "weight_decay", label: "weight decay", usual: 0 };
const ADAM: readonly LawField[] = [
  { name: "beta1", label: "β₁, memory of the slope", usual: 0.9 },
  { name: "beta2", label: "β₂, memory of its size", usual: 0.999 },
  { name: "eps", label: "ε", usual: 1e-8 },
];
/** The numbers of each optimizer besides its learning rate, and what they are left alone. */
export const OPTIMIZERS: Readonly<Record<string, { lr: number; fields: readonly LawField[] }>> = {
  sgd: { lr: 0.01, fields: [{ name: "momentum", label: "momentum", usual: 0 }, { name: "nesterov", label: "Nesterov", usual: false }, DECAY] },
  rmsprop: {
    lr: 0.001,
    fields: [{ name: "rho", label: "ρ, memory", usual: 0.99 }, { name: "momentum", label: "momentum", usual: 0 }, { name: "eps", label: "ε", usual: 1e-8 }, { name: "centered", label: "centered", usual: false }, DECAY],
  },
  adam: { lr: 0.001, fields: [...ADAM, DECAY] },
  adamw: { lr: 0.001, fields: [...ADAM, { ...DECAY, usual: 0.01 }] },
};

export interface LayerForm {
  readonly id: number;
  units: number | null;
  activation: string;
  bias: boolean;
  init: string;
}

export interface Form {
  source: "bundled" | "toy" | "upload";
  bundled: string;
  toy: string;
  points: number | null;
  noise: number | null;
  upload: Upload | null;
  /** Columns of the upload that are read otherwise than judged. */
  kinds: Record<string, ColumnKind>;
  target: string;
  /** Who chooses the layers: "auto" is the engine, as fits the data. */
  layers: "auto" | "own";
  hidden: LayerForm[];
  output: LayerForm;
  loss: string;
  /** "auto" is what fits the data. */
  optimizer: string;
  lr: number | null;
  glide: boolean;
  numbers: Record<string, number | boolean | null>;
  batch: "auto" | "all" | "some";
  batchSize: number | null;
  unit: "epochs" | "steps";
  length: number | null;
  split: "auto" | "part" | "none";
  part: number | null;
  seed: number | null;
  dtype: "float32" | "float64";
  name: string;
}

let made = 0;
export const layer = (units: number | null, activation: string, init = "auto", bias = true): LayerForm => ({ id: ++made, units, activation, bias, init });

/** What a form begins with for some data: what trains well on it in a second or two. */
export function usual(source: Form["source"], id: string): Form {
  const form: Form = {
    source,
    bundled: source === "bundled" ? id : "digits",
    toy: source === "toy" ? id : "moons",
    points: TOYS.find((toy) => toy.id === id)?.points ?? 300,
    noise: 0,
    upload: null,
    kinds: {},
    target: "",
    layers: "own",
    hidden: [layer(32, "relu")],
    output: layer(null, "identity"),
    loss: "auto",
    optimizer: "adam",
    lr: 0.003,
    glide: false,
    numbers: {},
    batch: "auto",
    batchSize: 32,
    unit: "epochs",
    length: 20,
    split: "auto",
    part: 20,
    seed: 0,
    dtype: "float32",
    name: "",
  };
  if (source === "upload") return { ...form, layers: "auto", hidden: [layer(64, "relu"), layer(64, "relu")], optimizer: "auto", lr: null, length: null };
  if (source === "bundled") return id === "penguins" ? { ...form, hidden: [layer(8, "tanh")], lr: 0.01, length: 30 } : form;
  if (id === "line")
    return { ...form, hidden: [], output: layer(null, "identity", "zeros", false), optimizer: "sgd", lr: 0.01, batch: "all", length: 50, dtype: "float64" };
  if (id === "wave") return { ...form, noise: 0.1, hidden: [layer(16, "tanh"), layer(16, "tanh")], lr: 0.01, length: 100 };
  // Two layers of tanh stay where one half of a shape is told from the other on too many seeds.
  const classes: Form = { ...form, lr: 0.02, glide: true, batch: "some", batchSize: 16 };
  if (id === "spirals") return { ...classes, noise: 0.02, hidden: [layer(12, "gelu"), layer(12, "gelu")], length: 200 };
  return { ...classes, noise: id === "xor" ? 0.02 : 0.1, hidden: [layer(8, "gelu"), layer(8, "gelu")], length: 60 };
}

/** Where on the form something is wrong. */
export type Group = "data" | "points" | "network" | "loss" | "rate" | "optimizer" | "batch" | "length" | "split" | "seed" | "noise" | "form";

export class FormError extends Error {
  override readonly name = "FormError";
  constructor(
    message: string,
    readonly group: Group,
  ) {
    super(message);
  }
}

const number = (value: number | null | undefined): value is number => typeof value === "number" && Number.isFinite(value);

function layerAsk(of: LayerForm, open: boolean): TrainLayer {
  if (!open && !number(of.units)) throw new FormError("A layer needs a number of neurons: fill it in or remove the layer.", "network");
  return { units: open ? null : of.units, activation: of.activation, bias: of.bias, init: of.init };
}

/** The optimizer as plain data; null leaves it to the engine. What is left empty is as usual. */
export function optimizerOf(form: Form): Record<string, unknown> | null {
  if (form.optimizer === "auto") return null;
  const law = OPTIMIZERS[form.optimizer];
  const rate = number(form.lr) ? form.lr : law.lr;
  const told: Record<string, unknown> = { law: form.optimizer, lr: form.glide ? { law: "cosine", lr: rate } : rate };
  for (const { name } of law.fields) {
    const value = form.numbers[name];
    if (value !== null && value !== undefined) told[name] = value;
  }
  return told;
}

/** The question that the form becomes; FormError where something that only the page knows is missing. */
export function questionOf(form: Form): TrainAsk {
  const toy = TOYS.find((it) => it.id === form.toy)!;
  const seed = form.seed ?? 0;
  const ask: TrainAsk = { data: {}, seed, dtype: form.dtype };
  if (form.layers === "own") ask.network = [...form.hidden.map((it) => layerAsk(it, false)), layerAsk(form.output, true)];
  if (form.source === "bundled") {
    ask.data = { bundled: form.bundled };
    if (form.target) ask.target = form.target;
  } else if (form.source === "upload") {
    if (!form.upload) throw new FormError("There is no table yet: drop a file, or choose one.", "data");
    if (!form.target) throw new FormError("Choose the column that is to be predicted.", "data");
    ask.data = { upload: form.upload.upload, ...(Object.keys(form.kinds).length && { columns: form.kinds }) };
    ask.target = form.target;
  } else {
    const noise = form.noise ?? 0;
    if (noise < 0) throw new FormError("Noise is a standard deviation: 0 or more.", "noise");
    const many = form.points ?? toy.points;
    if (!Number.isInteger(many) || many < FEWEST || many > MOST) throw new FormError(`Points must be a whole number from ${FEWEST} to ${count(MOST)}, got ${Number.isInteger(many) ? count(many) : many}.`, "points");
    const points = makeToy(form.toy, many, toy.kind === "classes" ? noise : 0, seed);
    ask.data = points;
    if (toy.kind === "number" && noise > 0) ask.noise = noise;
  }
  const fits = form.source === "toy" ? (toy.kind === "classes" ? "cross_entropy" : "mse") : null;
  const loss = form.loss === "auto" ? fits : form.loss;
  if (loss) ask.loss = loss;
  const optimizer = optimizerOf(form);
  if (optimizer) ask.optimizer = optimizer;
  if (form.batch === "all") ask.batch_size = null;
  else if (form.batch === "some") {
    if (!number(form.batchSize)) throw new FormError("Say how many rows make a batch.", "batch");
    ask.batch_size = form.batchSize;
  }
  if (number(form.length)) ask[form.unit] = form.length;
  if (form.split === "none") ask.validation = null;
  else if (form.split === "part") {
    if (!number(form.part)) throw new FormError("Say which part of the rows is held out.", "split");
    ask.validation = form.part / 100;
  }
  const name = form.name.trim() || (form.source === "toy" ? toy.title : form.source === "bundled" ? form.bundled : (form.upload?.name ?? ""));
  if (name) ask.name = name;
  return ask;
}

const PLACES: readonly (readonly [RegExp, Group])[] = [
  [/\bnoise\b/i, "noise"],
  [/\bseed\b/i, "seed"],
  [/\bvalidation\b|held out|hold out/i, "split"],
  [/\bbatch/i, "batch"],
  [/\bepochs?\b|\bsteps?\b/i, "length"],
  [/\blr\b|learning rate/i, "rate"],
  [/momentum|beta\d|\brho\b|\beps\b|weight_decay|nesterov|optimizer|warmup/i, "optimizer"],
  [/\bunits?\b|\bDense\b|\bdense\d|layer|activation|network|\bstd\b/i, "network"],
  [/\bmse\b|\bmae\b|\bhuber\b|cross_entropy|\bloss\b/i, "loss"],
  [/column|target|upload|file|rows?\b|table/i, "data"],
];

/** The part of the form that a sentence from the engine is about. */
export const placeOf = (sentence: string): Group => PLACES.find(([words]) => words.test(sentence))?.[1] ?? "form";

/** A sentence from the engine, in the words of the form. */
export function inWords(sentence: string): string {
  const told = sentence.replace(/^(?:estimate|train)\./, "").replace(/\blr\b/g, "learning rate");
  return told.charAt(0).toUpperCase() + told.slice(1);
}

/** What the form would ask for an estimate, or why it cannot: what a run is called costs nothing. */
export function costOf(form: Form): { ask: TrainAsk | null; wrong: string } {
  try {
    return { ask: { ...questionOf(form), name: undefined }, wrong: "" };
  } catch (error) {
    // Of data that nobody has chosen yet nothing is wrong.
    return { ask: null, wrong: error instanceof FormError && error.group !== "data" ? error.message : "" };
  }
}
