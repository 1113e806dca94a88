// The views of a run, in the order of their tabs. A view is a component without properties; it takes its state from usePage().
import type { Component } from "svelte";
import Cycle from "./cycle/Cycle.svelte";
import Data from "./data/Data.svelte";
import Health from "./health/Health.svelte";
import Neuron from "./neuron/Neuron.svelte";
import Rate from "./rate/Rate.svelte";
import Runs from "./runs/Runs.svelte";
import Weight from "./weight/Weight.svelte";

export interface View {
  /** In the address: #/run/3/<id>. */
  readonly id: string;
  readonly title: string;
  readonly component: Component;
  /** "run": a tab of a run, with the timeline below; "place": a place of its own, #/<id>. */
  readonly kind: "run" | "place";
}

export const VIEWS: readonly View[] = [
  { id: "cycle", title: "Cycle", component: Cycle, kind: "run" },
  { id: "weight", title: "Weight", component: Weight, kind: "run" },
  { id: "neuron", title: "Neuron", component: Neuron, kind: "run" },
  { id: "rate", title: "Learning rate", component: Rate, kind: "run" },
  { id: "data", title: "Data", component: Data, kind: "run" },
  { id: "health", title: "Health", component: Health, kind: "run" },
  { id: "runs", title: "Runs", component: Runs, kind: "place" },
];
