// Each point of the lesson in DESIGN.md, and the control by which a person meets it. The browser test operates every one of
// them: tests/browser/test_lessons.py reads this table.

export interface Point {
  /** What is to be learned, as the design tells it. */
  readonly point: string;
  /** The lesson's id. */
  readonly lesson: string;
  /** data-testid of the control, and of where its result is read. */
  readonly control: string;
  readonly result: string;
}

export const POINTS: readonly Point[] = [
  { point: "weights are random at first, so the first predictions are terrible", lesson: "1", control: "roll", result: "taste" },
  { point: "weights are knobs that say how much an input matters", lesson: "1", control: "weight", result: "taste" },
  { point: "taste, adjust, taste again", lesson: "1", control: "weight", result: "loss" },
  { point: "the slope says which way, so it is not blind trial and error", lesson: "1", control: "guess-descent-hair", result: "end" },
  { point: "y = 2x to the digit: the lines printed every 10 epochs", lesson: "1", control: "from-zero", result: "printed" },
  { point: "lr, epochs and start can be changed", lesson: "1", control: "code-lr", result: "end" },
  { point: "forward", lesson: "2", control: "phase-forward", result: "batch" },
  { point: "loss", lesson: "2", control: "phase-loss", result: "step-loss" },
  { point: "backward", lesson: "2", control: "phase-backward", result: "slope" },
  { point: "update", lesson: "2", control: "guess-update-up", result: "update-equation" },
  { point: "a small lr is safe and slow", lesson: "3", control: "lr-creep", result: "fate" },
  { point: "at 0.1071429 one throw lands", lesson: "3", control: "lr-land", result: "fate" },
  { point: "up to 0.2142857 it jumps over and still arrives", lesson: "3", control: "lr-jump", result: "throws" },
  { point: "beyond 0.2142857 each throw misses by more, like a dart past the bullseye", lesson: "3", control: "lr-fly", result: "fate" },
  { point: "a bias shifts the activation", lesson: "4", control: "bias", result: "loss" },
  { point: "an activation bends", lesson: "4", control: "law-relu", result: "loss" },
  { point: "the gradient times a nudge is the change of the loss", lesson: "5", control: "nudge-all", result: "nudges" },
  { point: "the error goes back from layer to layer", lesson: "5", control: "way-on", result: "way" },
  { point: "momentum, RMSProp and Adam tune the step by themselves", lesson: "6", control: "guess-race-adam", result: "race-adam" },
  { point: "the same on a network", lesson: "6", control: "race-digits", result: "digits-result" },
  { point: "every move of a weight came from examples", lesson: "7", control: "train", result: "pushes" },
  { point: "an explanation can be tried: the step without that example", lesson: "7", control: "prove", result: "proof" },
  { point: "your own table", lesson: "8", control: "paste-take", result: "columns" },
];
