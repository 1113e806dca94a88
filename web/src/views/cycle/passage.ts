// How a wave goes through a network: one gap between two layers after the other.
import { clamp } from "../../lib/scale";

/** How much of gap `k` of `n` a wave from left to right has passed, when `moved` of the whole is done. */
export const passed = (moved: number, k: number, n: number): number => clamp(moved * n - k, 0, 1);
