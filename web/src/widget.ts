// The widget in a notebook (anywidget): `render` draws the page into a cell.
import { mountPage } from "./app/mount";
import { memoryAddress } from "./lib/address";
import { WidgetSource, type WidgetModel } from "./lib/widget-source";

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const place = document.createElement("div");
  el.append(place);
  return mountPage(place, new WidgetSource(model), memoryAddress(String(model.get("address") ?? "")));
}

export default { render };
