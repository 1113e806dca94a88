// The messages of the page. Written by scripts/write_page_messages.py from the dataclasses of src/engineroom/show/page,
// in _asks.py, _replies.py, _receipts.py, _measures.py and _news.py: change them there.
import type { Columns } from "./framing";

/** Plain data whose shape is not told here. */
export type Json = unknown;

export type Facts = Record<string, Json>;

export type Phase = "forward" | "loss" | "backward" | "update";

/** An answer that carries arrays. */
export interface WithColumns {
  columns: Columns;
}

/** Who is there, and what it can do. */
export type HelloAsk = Record<string, never>;

/** How much may be sent. */
export interface Limits {
  upload_bytes: number;
  message_bytes: number;
}

/** The page's other side; `logbook` is a name, never a path. */
export interface Hello {
  version: string;
  numerics: number;
  logbook: string | null;
  newest: number | null;
  bundled: string[];
  limits: Limits;
  can: Record<string, boolean>;
}

/** All runs, oldest first. */
export type RunsAsk = Record<string, never>;

/** One run in the list of runs. */
export interface RunRow {
  number: number;
  name: string | null;
  status: string;
  steps: number;
  planned: number;
  epochs: number;
  parent: number | null;
  start: number;
  changes: string[];
  network: string;
  loss_last: number | null;
  metric_name: string | null;
  metric_text: string | null;
  created: string;
  training: boolean;
  optimizer: string;
}

/** All runs. */
export interface RunList {
  runs: RunRow[];
}

/** What a run is. */
export interface DescribeAsk {
  run: number;
}

/** A layer; its buffers are called `<name>.weight`, `<name>.z`, `<name>.a` and so on. */
export interface Layer {
  name: string;
  kind: string;
  inputs: number;
  outputs: number;
  activation: string;
  activation_law: Record<string, Json>;
  formula: string;
  bias: boolean;
}

/** An array of weights or biases. */
export interface ParameterShape {
  name: string;
  shape: number[];
}

/** How the numbers of a column are told; `deviation` is that of its raw values, null where it is not known. `currency` says whether `unit` is money, `dates` whether the numbers are days since 1970-01-01. */
export interface Measure {
  unit: string;
  currency: boolean;
  dates: boolean;
  deviation: number | null;
}

/** What is to be predicted; a prepared value is `(raw - mean) / scale`. Numbers have one of `measures` an output. */
export interface TargetFacts {
  kind: "number" | "classes";
  names: string[];
  measures: Measure[];
  mean: number[];
  scale: number[];
}

/** An optimizer, loss or schedule: its name, its numbers, its formula and one sentence. */
export interface Law {
  law: string;
  attributes: Record<string, Json>;
  formula: string;
  words: string;
}

/** How many rows are trained on and held out. */
export interface RowCounts {
  training: number;
  validation: number;
}

/** What a run is. `outputs` are the classes' labels, or the target's names; `input_pixels` says which pixel of the image each input is, counted row by row; a prepared input is `(raw - input_mean) / input_scale`. */
export interface Description {
  number: number;
  name: string | null;
  status: string;
  steps: number;
  planned: number;
  epochs: number;
  parent: number | null;
  start: number;
  changes: string[];
  network: string;
  loss_last: number | null;
  metric_name: string | null;
  metric_text: string | null;
  created: string;
  training: boolean;
  layers: Layer[];
  parameters: ParameterShape[];
  slots: ParameterShape[];
  inputs: string[];
  input_mean: number[];
  input_scale: number[];
  input_measures: Measure[];
  input_image: [number, number] | null;
  input_pixels: number[] | null;
  outputs: string[];
  target: TargetFacts;
  loss: string;
  loss_law: Law;
  optimizer: Law;
  batch_size: number;
  steps_per_epoch: number;
  rows: RowCounts;
  dtype: string;
  seed: number;
  chosen_step: number;
  keyframes: number[];
  finding: string | null;
  plan_text: string;
}

/** The weights after `step` updates. */
export interface StateAsk {
  run: number;
  step: number;
  glance?: boolean;
}

/** Columns: each parameter under its name, of the run's own dtype. */
export interface State {
  step: number;
  parameters: string[];
  columns: Columns;
}

/** Step `step`, counted from 1, with its batch's numbers. At a glance it is the last step until then that needs no replay, and without the optimizer's slots: for whoever looks on while the run trains. */
export interface CycleAsk {
  run: number;
  step: number;
  rows?: number;
  glance?: boolean;
}

/** One operation of the plan. */
export interface Operation {
  phase: "forward" | "loss" | "backward" | "update";
  law: string;
  text: string;
  reads: string[];
  writes: string[];
}

/** One step, taken apart; `rows` are row numbers of the data as they came. Columns: `x`, `y` and the plan's buffers of the rows shown; each parameter and slot before (`name`) and after (`name.after`), its gradient (`name.grad`). */
export interface Cycle {
  step: number;
  epoch: number;
  lr: number;
  loss: number | null;
  batch: number;
  rows: number[];
  rows_shown: number;
  operations: Operation[];
  columns: Columns;
}

/** Recorded or replayed numbers over the steps: "loss", "lr", "validation.loss" and other metrics, or weights. At a glance weights are told at the steps whose states were kept, which needs no replay. */
export interface SeriesAsk {
  run: number;
  names: string[];
  first?: number;
  last?: number | null;
  points?: number;
  glance?: boolean;
}

/** Columns: for each name `<name>.x` (the bucket's last step), `<name>.min`, `<name>.max`, `<name>.last`. */
export interface Series {
  names: string[];
  first: number;
  last: number;
  columns: Columns;
}

/** The whole path of weights, from state 0 on. */
export interface TraceAsk {
  run: number;
  weights: string[];
  points?: number;
}

/** Columns: `step`, and each weight under its resolved name. */
export interface Trace {
  weights: string[];
  columns: Columns;
}

/** Why a weight moved as it did in one step. */
export interface WhyAsk {
  run: number;
  weight?: string | null;
  step?: number | null;
  epoch?: number | null;
  prove?: boolean;
  top?: number;
  glance?: boolean;
}

/** What a lens answered. The fields of its `to_dict()` stand in the answer itself, beside `text`, which is what the terminal prints. */
export type Told = Record<string, Json> & {
  text: string;
};

/** The loss around a state, along one weight or two. */
export interface LandscapeAsk {
  run: number;
  step: number;
  weights: string[];
  points?: number | null;
  span?: number | null;
}

/** How sharp the loss is at a state, and which learning rate it bears. */
export interface StabilityAsk {
  run: number;
  step?: number | null;
  sample?: number | null;
  prove?: boolean;
}

/** Two runs side by side. */
export interface CompareAsk {
  run: number;
  other: number;
  points?: number | null;
}

/** Which examples moved a weight over a stretch of steps. */
export interface ContributionsAsk {
  run: number;
  weight: string;
  first?: number | null;
  last?: number | null;
  top?: number;
}

/** One neuron at a state, with rows of the data passing through it. */
export interface NeuronAsk {
  run: number;
  step: number;
  layer: string;
  index: number;
  rows?: number;
  glance?: boolean;
}

/** A neuron, and rows of the data passing through it. Columns: `z`, `a`, `target` of the rows, `curve_z`, `curve_a`, `weight` into it, `outgoing` from it, `best` and `least`: positions of the rows that excite it most and least. With one or two inputs also `x`, `grid_x` (and `grid_y`) and `<layer>.responses`, (1, points...), as in what the network believes. */
export interface Neuron {
  step: number;
  layer: string;
  index: number;
  name: string;
  activation: string;
  formula: string;
  bias: number | null;
  inputs: string[];
  rows: number[];
  columns: Columns;
}

/** What the network believes of the data at a state. */
export interface BeliefsAsk {
  run: number;
  step: number;
  rows?: "validation" | "training";
  limit?: number;
  glance?: boolean;
}

/** What the network believes of some rows. Columns: `prediction` (class index, or a number in its own unit), `y` alike, `loss`, `probabilities`, `confusion` (true by predicted), `hardest`: positions of the rows of greatest loss. With one or two inputs also `x` in raw units, `grid_x` (and `grid_y`) alike, and `grid`: what the network says there, probabilities or numbers; in a network of up to 256 neurons `<layer>.responses`, (units, points...) on a coarser grid between the same ends: what each neuron gives there, as shades (`_shades.py`); none where some of it is NaN or infinite. */
export interface Beliefs {
  step: number;
  part: "validation" | "training";
  rows: number[];
  loss: number | null;
  right: number | null;
  classes: string[];
  inputs: string[];
  columns: Columns;
}

/** One row of the data, by its number as the data came; without a step, at the last state that was kept. */
export interface ExampleAsk {
  run: number;
  row: number;
  step?: number | null;
}

/** Columns: `image` uint8 where the row is one; `probabilities` of classes. `cells` are the raw cells by column, none where an image shows them; `target` and `prediction` what is right and what the network says, in words. */
export interface Example {
  row: number;
  step: number;
  part: string;
  cells: Record<string, string>;
  target: string;
  prediction: string;
  loss: number | null;
  columns: Columns;
}

/** Rows of the data, as each of them alone. */
export interface ExamplesAsk {
  run: number;
  rows: number[];
  step?: number | null;
}

/** What `Example` tells of a row, of many: each list, and the first axis of each column, in the order of `rows`. */
export interface Examples {
  rows: number[];
  step: number;
  parts: string[];
  cells: (Record<string, string>)[];
  targets: string[];
  predictions: string[];
  losses: (number | null)[];
  columns: Columns;
}

/** Which examples push hardest now: on one weight, or on all of them. */
export interface PushesAsk {
  run: number;
  step: number;
  weight?: string | null;
  top?: number;
}

/** Columns, hardest first: `push` (what each row moves the weight by, or the norm of its gradient), `loss`. */
export interface Pushes {
  step: number;
  weight: string | null;
  rows: number[];
  targets: string[];
  predictions: string[];
  columns: Columns;
}

/** How each layer fares over the steps, with histograms at one of them; at a glance of steps that need no replay. */
export interface HealthAsk {
  run: number;
  points?: number;
  step?: number | null;
  glance?: boolean;
}

/** How each layer fares. Columns: `step`; per layer `<layer>.update_ratio`, `.gradient_norm`, `.activation_mean`, `.activation_std`, `.activation_q5`, `_q25`, `_q50`, `_q75`, `_q95` (so many per cent of the activations lie below it), `.dead`, `.saturated` (parts of the units, where its activation can be that); histograms at `step`: `<buffer>.counts` and `<buffer>.edges` of weights, gradients and activations. */
export interface Health {
  step: number;
  layers: string[];
  histograms: string[];
  columns: Columns;
}

/** What to train on: a bundled data set, an upload, or arrays x and y. */
export interface TrainData {
  bundled?: string | null;
  upload?: string | null;
  columns?: Record<string, "number" | "decimal-comma" | "decimal-point" | "date" | "dmy" | "mdy" | "ymd" | "boolean" | "category" | "drop">;
  x?: Json[] | null;
  y?: Json[] | null;
}

/** A layer of a network to train; `units` null, in the last one only: as many as the target needs. */
export interface TrainLayer {
  units: number | null;
  activation?: string;
  bias?: boolean;
  init?: Record<string, Json> | string;
}

/** What a training would take; some of its steps are tried, and nothing is kept. */
export interface EstimateAsk {
  data: TrainData;
  target?: string | null;
  network?: TrainLayer[] | null;
  loss?: Record<string, Json> | string | null;
  optimizer?: Record<string, Json> | string | null;
  epochs?: number | null;
  steps?: number | null;
  batch_size?: "auto" | number | null;
  seed?: number;
  noise?: number | null;
  validation?: "auto" | number | null;
  standardize?: boolean | null;
  dtype?: "float32" | "float64";
  name?: string | null;
}

/** How long a training would take, and what its recording, in a sentence. */
export interface Cost {
  text: string;
}

/** Train a run. */
export interface TrainAsk {
  data: TrainData;
  target?: string | null;
  network?: TrainLayer[] | null;
  loss?: Record<string, Json> | string | null;
  optimizer?: Record<string, Json> | string | null;
  epochs?: number | null;
  steps?: number | null;
  batch_size?: "auto" | number | null;
  seed?: number;
  noise?: number | null;
  validation?: "auto" | number | null;
  standardize?: boolean | null;
  dtype?: "float32" | "float64";
  name?: string | null;
}

/** The run that has begun. */
export interface Begun {
  run: number;
}

/** Go on from state `at` with something changed, as a run of its own. */
export interface ForkAsk {
  run: number;
  at: number;
  lr?: Record<string, Json> | number | null;
  optimizer?: Record<string, Json> | string | null;
  batch_size?: "all" | number | null;
  loss?: Record<string, Json> | string | null;
  seed?: number | null;
  set?: Record<string, number> | null;
  freeze?: string[] | null;
  drop_examples?: number[] | null;
  epochs?: number | null;
  steps?: number | null;
  name?: string | null;
}

/** Go on with a run that ended. */
export interface ResumeAsk {
  run: number;
  epochs?: number | null;
  steps?: number | null;
}

/** End a run that is training here, between two steps; it is kept. */
export interface StopAsk {
  run: number;
}

/** It is done. */
export type Done = Record<string, never>;

/** Forks from one state, one an optimizer, each `steps` long. */
export interface RaceAsk {
  run: number;
  at: number;
  optimizers: (Record<string, Json> | string)[];
  steps: number;
}

/** The runs, in the order of the optimizers, once the first has begun and the last is due. */
export interface Raced {
  runs: number[];
}

/** What an upload is, where some of its columns are read as other kinds. `kinds` are what `TrainData` has as `columns`; at the head of a message these are its arrays. */
export interface UploadAsk {
  upload: string;
  kinds?: Record<string, "number" | "decimal-comma" | "decimal-point" | "date" | "dmy" | "mdy" | "ymd" | "boolean" | "category" | "drop">;
}

/** One column of an upload; `notes` are sentences on how it is read, or why it is left out. */
export interface UploadColumn {
  name: string;
  kind: "number" | "category" | "boolean" | "date" | "drop";
  example: string;
  missing: number;
  notes: string[];
}

/** What an upload is; also what POST /upload answers. */
export interface Upload {
  upload: string;
  name: string;
  rows: number;
  fields: UploadColumn[];
  targets_proposed: string[];
  notes: string[];
}

/** Some images of the bundled digits, from the first row on, before anything was trained on them. */
export interface DigitsAsk {
  count?: number;
}

/** Images of the bundled digits, column `images` of uint8, and which digit each is; `of` are there in all. */
export interface Digits {
  labels: number[];
  of: number;
  columns: Columns;
}

/** Which run this page looks at, whether anybody sees it, and in what form it draws its weights while it trains. With "shades" an array of many weights comes as bytes, one of 256 colours each; with "none" no state is pushed. `ahead` is how many states may be on their way before the page says that they are drawn; null sets no bound. */
export interface WatchAsk {
  run?: number | null;
  visible?: boolean;
  pictures?: "exact" | "shades" | "none";
  ahead?: number | null;
}

/** So many more of the states that were pushed are on the screen; this is not answered. */
export interface DrawnAsk {
  states: number;
}

/** Give up an ask of this page. */
export interface CancelAsk {
  target: number;
}

/** How far training is; `status` is "queued", "running", or how it ended, and then it is the last one. */
export interface Progress {
  run: number;
  step: number;
  total: number;
  loss: number | null;
  seconds: number;
  status: string;
}

/** A state of the run that is watched, while it trains. Columns: each parameter under its name. They are of the run's own dtype; an array of many numbers may come as shades, uint8, where they were asked for. */
export interface StateNow {
  run: number;
  step: number;
  loss: number | null;
  columns: Columns;
}

/** The list of runs has changed. */
export interface RunsPush {
  runs: RunRow[];
}

/** A sentence for whoever looks on. */
export interface Notice {
  kind: "error" | "info";
  text: string;
}

/** How far a long answer is; `of` is the id of its ask. */
export interface Answering {
  of: number;
  done: number;
  total: number;
}

/** Each ask by its name. */
export interface Asks {
  hello: { args: HelloAsk; answer: Hello };
  runs: { args: RunsAsk; answer: RunList };
  describe: { args: DescribeAsk; answer: Description };
  state: { args: StateAsk; answer: State };
  cycle: { args: CycleAsk; answer: Cycle };
  series: { args: SeriesAsk; answer: Series };
  trace: { args: TraceAsk; answer: Trace };
  why: { args: WhyAsk; answer: Told };
  landscape: { args: LandscapeAsk; answer: Told };
  stability: { args: StabilityAsk; answer: Told };
  compare: { args: CompareAsk; answer: Told };
  contributions: { args: ContributionsAsk; answer: Told };
  neuron: { args: NeuronAsk; answer: Neuron };
  beliefs: { args: BeliefsAsk; answer: Beliefs };
  example: { args: ExampleAsk; answer: Example };
  examples: { args: ExamplesAsk; answer: Examples };
  pushes: { args: PushesAsk; answer: Pushes };
  health: { args: HealthAsk; answer: Health };
  estimate: { args: EstimateAsk; answer: Cost };
  train: { args: TrainAsk; answer: Begun };
  fork: { args: ForkAsk; answer: Begun };
  resume: { args: ResumeAsk; answer: Begun };
  stop: { args: StopAsk; answer: Done };
  race: { args: RaceAsk; answer: Raced };
  upload: { args: UploadAsk; answer: Upload };
  digits: { args: DigitsAsk; answer: Digits };
  watch: { args: WatchAsk; answer: Done };
  drawn: { args: DrawnAsk; answer: Done };
  cancel: { args: CancelAsk; answer: Done };
}

export type Push =
  | ({ push: "progress" } & Progress)
  | ({ push: "state" } & StateNow)
  | ({ push: "runs" } & RunsPush)
  | ({ push: "notice" } & Notice)
  | ({ push: "answering" } & Answering);
