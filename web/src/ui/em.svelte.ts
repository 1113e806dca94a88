// Pictures that are drawn in pixels grow with the text around them: a screen of 3840 pixels has larger letters, and pictures as much larger.

/** How much larger the text of an element is than that which its picture is designed for; read again when the window changes. */
export function useEm(element: () => Element | undefined, designed = 15): { readonly times: number } {
  let times = $state(1);
  $effect(() => {
    const at = element();
    if (!at) return;
    const read = (): void => {
      times = Number.parseFloat(getComputedStyle(at).fontSize) / designed || 1;
    };
    read();
    addEventListener("resize", read);
    return () => removeEventListener("resize", read);
  });
  return {
    get times() {
      return times;
    },
  };
}
