// The lessons, in their order. A lesson is a component without properties; it takes its state from usePage().
import type { Component } from "svelte";
import OneWeight from "./1-one-weight/Lesson.svelte";
import FourSteps from "./2-four-steps/Lesson.svelte";
import LearningRate from "./3-learning-rate/Lesson.svelte";
import BiasAndActivation from "./4-bias-and-activation/Lesson.svelte";
import Backpropagation from "./5-backpropagation/Lesson.svelte";
import Optimizers from "./6-optimizers/Lesson.svelte";
import Digits from "./7-digits/Lesson.svelte";
import YourData from "./8-your-data/Lesson.svelte";
import { TOUR, type Stop } from "./tour";

export interface Lesson extends Stop {
  readonly component: Component;
}

const COMPONENTS: Readonly<Record<string, Component>> = {
  "1": OneWeight,
  "2": FourSteps,
  "3": LearningRate,
  "4": BiasAndActivation,
  "5": Backpropagation,
  "6": Optimizers,
  "7": Digits,
  "8": YourData,
};

export const LESSONS: readonly Lesson[] = TOUR.filter((stop) => stop.id in COMPONENTS).map((stop) => ({ ...stop, component: COMPONENTS[stop.id] }));
