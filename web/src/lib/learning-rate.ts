// The learning rate of an optimizer, as the engine describes it.

/** The learning rate in an optimizer's attributes, which may be a schedule. */
export function rateIn(attributes: Readonly<Record<string, unknown>>): number | null {
  const lr = attributes.lr;
  if (typeof lr === "number") return lr;
  const inner = (lr as { lr?: unknown } | null)?.lr;
  return typeof inner === "number" ? inner : null;
}

/** Whether an optimizer's attributes hold the learning rate where it is, from the first step on. */
export function holdsRate(attributes: Readonly<Record<string, unknown>>): boolean {
  const lr = attributes.lr;
  if (typeof lr === "number") return true;
  const { law, warmup } = (lr ?? {}) as { law?: unknown; warmup?: unknown };
  return law === "constant" && !warmup;
}
