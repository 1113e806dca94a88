// The one clock of a lesson's pictures: how far along a path they are.

export class Playback {
  /** From 0 to `length`; whole numbers are states. */
  at = $state(0);
  length = $state(0);
  playing = $state(false);
  private frame = 0;

  /** Moves from `from` to `length` in so many seconds; all at once where motion is not wanted. */
  play(length: number, seconds: number, calm: boolean, from = 0): void {
    this.stop();
    this.length = length;
    if (calm || length === 0 || seconds === 0) {
      this.at = length;
      return;
    }
    this.at = from;
    this.playing = true;
    let began = 0;
    const move = (now: number): void => {
      began ||= now;
      this.at = Math.min(length, from + ((now - began) / 1000 / seconds) * (length - from));
      if (this.at < length) this.frame = requestAnimationFrame(move);
      else this.playing = false;
    };
    this.frame = requestAnimationFrame(move);
  }

  /** Shows one place and stays there. */
  show(at: number): void {
    this.stop();
    this.at = Math.min(Math.max(at, 0), this.length);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.playing = false;
  }
}

/** The value of a path between two states. */
export function between(path: ArrayLike<number>, at: number): number {
  const i = Math.min(Math.floor(at), path.length - 1);
  const next = Math.min(i + 1, path.length - 1);
  return path[i] + (path[next] - path[i]) * (at - i);
}
