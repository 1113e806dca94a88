// What views and lessons are built from.
export { default as Bars, type Bar } from "./Bars.svelte";
export { default as Believed } from "./Believed.svelte";
export { default as Button } from "./Button.svelte";
export { default as Equation } from "./Equation.svelte";
export { default as Face } from "./Face.svelte";
export { default as Heat } from "./Heat.svelte";
export { default as Held } from "./Held.svelte";
export { default as Icon } from "./Icon.svelte";
export { default as LineChart, type Line, type Mark } from "./LineChart.svelte";
export { default as Num } from "./Num.svelte";
export { default as Panel } from "./Panel.svelte";
export { default as Plot } from "./Plot.svelte";
export { default as Slider } from "./Slider.svelte";
export { default as Tooltip } from "./Tooltip.svelte";
export { useEm } from "./em.svelte";
