// A value that has come to rest: questions that take seconds are not asked for every step that is passed on the way.

/** `value()` once it has stayed the same for `pause` milliseconds, its first value at once; call it while a component is being made. */
export function useRest<T>(value: () => T, pause = 300): () => T {
  let rested = $state.raw(value());
  $effect(() => {
    const now = value();
    const timer = setTimeout(() => (rested = now), pause);
    return () => clearTimeout(timer);
  });
  return () => rested;
}
