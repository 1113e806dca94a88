import { expect, it, vi } from "vitest";
import { reveal } from "../../src/lessons/parts/reveal";

it("a picture is brought into view as little as that takes, smoothly only where motion is wanted", () => {
  const picture = { scrollIntoView: vi.fn() };
  reveal(picture as unknown as Element, false);
  reveal(picture as unknown as Element, true);
  expect(picture.scrollIntoView.mock.calls).toEqual([[{ block: "nearest", behavior: "smooth" }], [{ block: "nearest", behavior: "auto" }]]);
  reveal(undefined, true);
});
