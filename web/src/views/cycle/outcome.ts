// What is right of the outputs: what the network says, what is true, and the loss.
import { compact, figure } from "../../lib/format";
import { clamp } from "../../lib/scale";
import { css, rgb } from "../../lib/theme";
import { along, centre } from "./layout";
import type { Drawing } from "./painter";
import { fitted, spread, widthOf, write } from "./text";

/** Draws the outcome; `known` of the prediction and `judged` of the loss have arrived, from 0 to 1. */
export function paintOutcome(ctx: CanvasRenderingContext2D, drawing: Drawing, known: number, judged: number): void {
  const { layout, scene, palette, outputNames, text } = drawing;
  const outputs = layout.units.at(-1)!;
  const values = scene.values.at(-1)!;
  const wide = layout.right.w > 130;
  const pitch = outputs.kind === "list" ? outputs.box.h / outputs.n : 18;
  const size = clamp(pitch * 0.46, 9, text + 1);
  const x = layout.right.x + 10;
  const ball = wide ? clamp(layout.right.w * (scene.isClass ? 0.16 : 0.13), 26, 44) : 0;
  const heart: [number, number] = [layout.right.x + layout.right.w - ball - 12, layout.height / 2];
  const room = layout.right.w - 2 * ball - 46;
  const shown = known >= 0.85;

  if (outputs.kind === "list") {
    for (let j = 0; j < outputs.n; j++) {
      const cy = centre(outputs, j)[1];
      const isTrue = scene.isClass && outputs.n > 1 ? scene.target[0] === j : false;
      if (scene.isClass && outputs.n > 1) {
        const [lines, letters] = spread(ctx, outputNames[j] ?? String(j), (wide ? room * 0.62 : layout.right.w - 24) * (isTrue ? 0.87 : 1), size, Math.min(size, 10), pitch - 4);
        lines.forEach((line, n) => write(ctx, line, x, cy + (n - (lines.length - 1) / 2) * letters * 1.2, isTrue ? palette.ink : palette.soft, letters, "left", isTrue ? 700 : 400));
        const from = x + Math.min(room * 0.64, Math.max(22, widest(ctx, outputNames, size, room * 0.62) + 10));
        const full = x + room - from;
        if (wide && full > 20) {
          ctx.fillStyle = css(rgb(palette.faint), 0.16);
          ctx.fillRect(from, cy - size * 0.36, full, size * 0.72);
          ctx.fillStyle = isTrue ? palette.accent : css(rgb(palette.soft), 0.75);
          ctx.fillRect(from, cy - size * 0.36, full * clamp(known * values[j], 0, 1), size * 0.72);
          if (isTrue) {
            ctx.strokeStyle = palette.accent;
            ctx.lineWidth = 1.5;
            ctx.strokeRect(from, cy - size * 0.36, full, size * 0.72);
          }
        }
      } else {
        const space = wide ? room : layout.right.w - 10;
        const told = (says: string, value: number): string => {
          const raw = drawing.inUnit(j, value);
          const both = `${says} ${raw ? `${raw} (${compact(value)})` : compact(value)}`;
          // Where there is no room for both numbers, the one in its own unit is the one to read.
          return raw && fitted(ctx, both, space, size) !== both ? `${says} ${raw}` : both;
        };
        const fits = (says: string, value: number): boolean => fitted(ctx, told(says, value), space, size) === told(says, value);
        const words = wide && fits("predicts", values[j]) && fits("target", scene.target[j] ?? scene.target[0]);
        const [says, wants] = words ? ["predicts", "target"] : ["ŷ =", "y ="];
        const lines = [shown ? told(says, values[j]) : `${says} …`, told(wants, scene.target[j] ?? scene.target[0])];
        const gap = Math.min(text * 1.5, pitch * 0.45);
        const name = outputs.n > 1 || !/^(y|target)?0?$/.test(outputNames[j] ?? "") ? outputNames[j] : null;
        if (name && pitch > 44) lines.unshift(fitted(ctx, name, wide ? room : layout.right.w - 14, size));
        // A number or a date that lost its end says something else: it is written smaller instead.
        const letters = clamp((size * space) / widest(ctx, lines, size, Infinity), 7, size);
        lines.forEach((line, n) => write(ctx, line, x, cy + (n - (lines.length - 1) / 2) * gap, n === lines.length - 1 ? palette.ink : palette.soft, letters, "left", n === lines.length - 1 ? 600 : 400));
      }
      if (wide && judged > 0) {
        ctx.strokeStyle = css(rgb(palette.loss), 0.28 * judged);
        ctx.lineWidth = 1;
        ctx.beginPath();
        const start: [number, number] = [x + room + 4, cy];
        ctx.moveTo(...start);
        for (let t = 0.1; t <= 1.001; t += 0.1) ctx.lineTo(...along(start, [heart[0] - ball, heart[1]], t * judged));
        ctx.stroke();
        if (judged < 1) {
          const [px, py] = along(start, [heart[0] - ball, heart[1]], judged);
          ctx.fillStyle = palette.loss;
          ctx.beginPath();
          ctx.arc(px, py, isTrue || !scene.isClass ? 4 : 2, 0, 7);
          ctx.fill();
        }
      }
    }
  }
  if (!wide) return;
  ctx.beginPath();
  ctx.arc(...heart, ball, 0, 7);
  ctx.fillStyle = judged >= 0.7 ? css(rgb(palette.loss), 0.14) : palette.panel;
  ctx.fill();
  ctx.strokeStyle = judged >= 0.7 ? palette.loss : css(rgb(palette.faint), 0.5);
  ctx.lineWidth = 1.5;
  ctx.stroke();
  write(ctx, "loss", heart[0], heart[1] - ball * 0.34, judged >= 0.7 ? palette.loss : palette.faint, clamp(ball * 0.36, 10, text + 1), "center");
  if (judged >= 0.7) write(ctx, compact(scene.loss), heart[0], heart[1] + ball * 0.2, palette.ink, clamp(ball * 0.44, 11, 17), "center", 600);
  if (judged < 1) return;
  const mean = figure(scene.meanLoss, 3);
  // Beside the bars there is as much room as the circle takes.
  const lines = widthOf(ctx, `batch ${mean}`, text - 1) > 2 * ball + 12 ? ["batch", mean] : [`batch ${mean}`];
  const notes = [...(scene.outcome ? [`off by ${scene.missed}`] : []), ...(scene.batch > 1 ? lines : [])];
  const letters = clamp(((text - 1) * (layout.right.w - 8)) / widest(ctx, notes, text - 1, Infinity), 7, text - 1);
  const half = widest(ctx, notes, letters, Infinity) / 2;
  notes.forEach((note, n) => write(ctx, note, Math.min(heart[0], layout.width - half - 2), heart[1] + ball + 14 + n * (text + 4), palette.soft, letters, "center"));
}

function widest(ctx: CanvasRenderingContext2D, names: readonly string[], size: number, most: number): number {
  return Math.min(most, Math.max(0, ...names.slice(0, 64).map((name) => widthOf(ctx, name, size, 700))));
}
