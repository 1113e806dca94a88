// The four phases of a step, in their order.
import type { Asks } from "./messages";

export type Phase = Asks["cycle"]["answer"]["operations"][number]["phase"];
export const PHASES: readonly Phase[] = ["forward", "loss", "backward", "update"];
