/** Brings a picture that begins to move into view, as little as that takes; one that is wholly in view stays where it is, and so does the focus. */
export function reveal(picture: Element | undefined, calm: boolean): void {
  picture?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}
