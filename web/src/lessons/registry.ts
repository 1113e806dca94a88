// The lessons, in their order. A lesson is a component without properties; it takes its state from usePage().
import type { Component } from "svelte";

export interface Lesson {
  /** In the address: #/lesson/<id>. */
  readonly id: string;
  readonly title: string;
  /** The one idea, in a sentence. */
  readonly idea: string;
  readonly component: Component;
}

export const LESSONS: readonly Lesson[] = [];
