import type { SectionSpan } from "../../netlist/index.ts";
import { currentPalette } from "./colours.ts";
import { byId, make, oncePerPicture } from "./dom.ts";
import { drawPicture, labelFont, labelSize, type Rasters } from "./drawing.ts";
import { type Facts, factsOf, placeText } from "./facts.ts";
import { laneAt } from "./lanes.ts";
import { fillLegend } from "./legend.ts";
import { type Chip, type Playing, placedLayout } from "./model.ts";
import { nearestPart, nextPart } from "./picking.ts";
import type { Paint } from "./raster.ts";
import { headHeight, mostScale, placesOf, type View, type ViewPlaces, wholeView, xOf, yOf, zoomed } from "./view.ts";

export interface ChipView {
  /** Other light. */
  play(playing: Playing, drawSample: boolean): void;
  /** Frames devices that something else is linked with. */
  mark(steps: readonly number[]): void;
  /** Shows a device in the middle, and says what it is; -1 shows the whole chip. */
  focusOn(step: number): void;
  /** Light from the inputs to the outputs. */
  runLight(): void;
}

/** Who wants to know what is looked at. */
interface Watcher {
  /** The name of the device in focus, or null. */
  readonly focused: (device: string | null) => void;
  /** The step of the device under the pointer or in focus, or -1. */
  readonly pointed: (step: number) => void;
}

/** The drawing with all that can be done to it by pointer and keys, until the signal comes. */
export function openChipView(
  opened: Chip,
  first: Playing,
  { focused, pointed }: Watcher,
  signal: AbortSignal,
): ChipView {
  let chip = opened;
  let { layout } = chip;
  const canvas = byId("chip", "canvas");
  const tip = byId("chip-tip", "div");
  const device = byId("device", "div");
  const front = byId("front", "input");
  const frontAt = byId("front-at", "output");
  const paint = byId("paint", "select");
  const arrangement = byId("arrangement", "select");
  const rasters: Rasters = new Map();
  let places: ViewPlaces;
  let view = wholeView;
  let playing = first;
  let drawSample = false;
  let largest = 0;
  let focus = -1;
  let under = -1;
  let marked: readonly number[] = [];
  let runs = 0;
  let palette = currentPalette();

  front.max = String(layout.columns);
  front.value = front.max;

  const shown = () => (drawSample && playing.sample !== null ? playing.sample : playing.ideal);
  const drawNow = (): void => {
    const frontColumn = front.value === front.max ? Number.POSITIVE_INFINITY : front.valueAsNumber;
    const picture = {
      chip,
      places,
      view,
      shown: shown(),
      largest,
      front: frontColumn,
      paint: paintOf(paint.value),
      palette,
      focus,
      marked,
    };
    drawPicture(canvas, picture, rasters);
    frontAt.textContent = `${front.value} of ${front.max}`;
  };
  const draw = oncePerPicture(drawNow);
  const redraw = (): void => {
    rasters.clear();
    draw();
  };
  const repaint = (): void => {
    fillLegend(chip, shown(), largest, paintOf(paint.value), palette);
    rasters.clear();
    drawNow();
  };
  const look = (next: View): void => {
    view = next;
    draw();
  };
  const zoom = (factor: number, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2): void =>
    look(zoomed(view, factor, x, y, places));
  const whole = (): void => look(wholeView);
  const port = widestPort(opened);
  const put = (): void => {
    const { clientWidth: width, clientHeight: height } = canvas;
    places = placesOf(layout, width, height, Math.min(port, 0.2 * width));
  };

  const describe = (): void => {
    device.replaceChildren(
      ...(focus < 0 ? [make("p", {}, "No device in focus.")] : factNodes(factsOf(chip, playing, focus))),
    );
  };
  const setFocus = (step: number): void => {
    focus = step;
    describe();
    focused(step < 0 ? null : chip.parts.names[step]!);
    pointed(step);
    draw();
  };
  /** Moves the drawing so that the device in focus is seen; `near` also enlarges it until it stands apart. */
  const show = (near: boolean): void => {
    const scale = near ? Math.max(view.scale, 24 / places.column) : view.scale;
    const x = xOf(places, layout.column[focus]! + 0.5);
    const y = yOf(places, layout.row[2 * focus]!);
    const [width, height] = [canvas.clientWidth / scale, canvas.clientHeight / scale];
    const seen =
      !near && x > view.left + 20 && x < view.left + width - 20 && y > view.top + 10 && y < view.top + height - 10;
    if (!seen) look({ scale, left: x - width / 2, top: y - height / 2 });
  };
  /** Shows a section as large as it fits. */
  const showSection = ({ firstStep, endStep }: SectionSpan): void => {
    const extent = (at: ArrayLike<number>, from: number, to: number): readonly [number, number] => {
      let [least, most] = [Number.POSITIVE_INFINITY, 0];
      for (let i = from; i < to; i++) [least, most] = [Math.min(least, at[i]!), Math.max(most, at[i]!)];
      return [least, most];
    };
    if (firstStep === endStep) return;
    const [first, last] = extent(layout.column, firstStep, endStep);
    const [upper, lower] = extent(layout.row, 2 * firstStep, 2 * endStep);
    const [from, to] = [xOf(places, first - 1), xOf(places, last + 2)];
    const [above, below] = [yOf(places, upper - 1.5), yOf(places, lower + 1)];
    const scale = Math.min(canvas.clientWidth / (to - from), canvas.clientHeight / (below - above), mostScale(places));
    const [left, top] = [
      (from + to - canvas.clientWidth / scale) / 2,
      (above + below - canvas.clientHeight / scale) / 2,
    ];
    look({ scale, left, top });
  };
  const sectionButtons = chip.bySection.sections.map((section) => {
    const button = make("button", { type: "button" }, `${section.name} (${section.endStep - section.firstStep})`);
    button.addEventListener("click", () => showSection(section));
    return make("li", {}, button);
  });
  byId("sections", "ul").append(...sectionButtons);

  const arrange = (): void => {
    runs++;
    layout = arrangement.value === "placed" ? placedLayout(chip) : chip.bySection;
    chip = { ...chip, layout };
    front.max = String(layout.columns);
    front.value = front.max;
    view = wholeView;
    frame();
    redraw();
  };

  const pick = (x: number, y: number): number => nearestPart(chip, places, view, x, y);
  const laneText = (place: number): string => (place < 0 ? "" : placeText(chip, shown(), place));
  const hover = (event: PointerEvent): void => {
    const [x, y] = [event.offsetX, event.offsetY];
    const step = pick(x, y);
    if (step !== under) pointed(step);
    under = step;
    tip.textContent = step < 0 ? laneText(laneAt(chip, places, view, x, y)) : partText(factsOf(chip, playing, step));
    tip.hidden = tip.textContent === "";
    const left = Math.min(x + 14, Math.max(0, canvas.clientWidth - tip.offsetWidth - 4));
    const top = y + 16 + tip.offsetHeight > canvas.clientHeight ? Math.max(0, y - tip.offsetHeight - 8) : y + 16;
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  };

  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return hover(event);
    const [dx, dy] = [event.offsetX - before.x, event.offsetY - before.y];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    moved += Math.abs(dx) + Math.abs(dy);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    tip.hidden = true;
    if (other === undefined)
      return look({ ...view, left: view.left - dx / view.scale, top: view.top - dy / view.scale });
    const [was, is] = [
      Math.hypot(before.x - other.x, before.y - other.y),
      Math.hypot(event.offsetX - other.x, event.offsetY - other.y),
    ];
    zoom(is / Math.max(1, was), (event.offsetX + other.x) / 2, (event.offsetY + other.y) / 2);
  });
  const release = (event: PointerEvent): void => {
    if (pointers.delete(event.pointerId) && moved < 5 && event.type === "pointerup")
      setFocus(pick(event.offsetX, event.offsetY));
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  canvas.addEventListener("dblclick", (event) => zoom(2, event.offsetX, event.offsetY));
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(
        Math.exp(-Math.sign(event.deltaY) * Math.min(0.5, Math.abs(event.deltaY) / 400)),
        event.offsetX,
        event.offsetY,
      );
    },
    { passive: false },
  );

  const directions: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  canvas.addEventListener("keydown", (event) => {
    const direction = directions[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction !== undefined && event.shiftKey) {
      const by = 0.2 / view.scale;
      look({
        ...view,
        left: view.left + direction[0] * canvas.clientWidth * by,
        top: view.top + direction[1] * canvas.clientHeight * by,
      });
    } else if (direction !== undefined) {
      setFocus(nextPart(chip, focus, direction));
      show(focus < 0 ? false : places.column * view.scale < 8);
    } else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") whole();
    else if (event.key === "Escape") setFocus(-1);
    else if (event.key.toLowerCase() === "f" && focus >= 0) {
      showSection(chip.bySection.sections.find(({ endStep }) => focus < endStep)!);
    } else return;
    event.preventDefault();
  });

  byId("zoom-in", "button").addEventListener("click", () => zoom(1.5));
  byId("zoom-out", "button").addEventListener("click", () => zoom(1 / 1.5));
  byId("zoom-all", "button").addEventListener("click", whole);
  paint.addEventListener("change", repaint);
  arrangement.addEventListener("change", arrange);
  front.addEventListener("input", () => {
    runs++;
    redraw();
  });
  const runLight = (): void => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const mine = ++runs;
    const picture = (now: number): void => {
      // Who moves the front, starts the light again or shows another circuit ends the run.
      if (mine !== runs || signal.aborted) return;
      const share = still ? 1 : Math.min(1, (now - start) / 4000);
      front.valueAsNumber = Math.round(share * layout.columns);
      redraw();
      if (share < 1) requestAnimationFrame(picture);
    };
    requestAnimationFrame(picture);
  };
  byId("run-light", "button").addEventListener("click", runLight);
  openSearch(chip, (step) => {
    setFocus(step);
    show(true);
    canvas.focus();
  });
  const resized = new ResizeObserver(() => {
    put();
    redraw();
  });
  resized.observe(canvas);
  signal.addEventListener("abort", () => resized.disconnect());
  const themed = (): void => {
    palette = currentPalette();
    repaint();
  };
  for (const query of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(query).addEventListener("change", themed, { signal });
  frame();

  return {
    play(next, drawsSample) {
      playing = next;
      drawSample = drawsSample;
      const { re, im } = shown().trace;
      largest = 0;
      for (let i = 0; i < re.length; i++) largest = Math.max(largest, Math.hypot(re[i]!, im[i]!));
      if (focus >= 0) describe();
      repaint();
    },
    mark(steps) {
      marked = steps;
      draw();
    },
    focusOn(step) {
      setFocus(step);
      if (step < 0) whole();
      else show(true);
    },
    runLight,
  };

  /** Rows are to have room for names; the style bounds it from both sides. */
  function frame(): void {
    byId("chip-frame", "div").style.height = `${headHeight + 18 * (layout.rows + 1)}px`;
    put();
    const { sections } = opened.circuit;
    const size = `${sections.length} sections, ${layout.columns} columns, ${layout.rows} rows`;
    canvas.setAttribute("aria-label", `Drawing of the circuit: ${size}`);
  }

  function openSearch(of: Chip, found: (step: number) => void): void {
    const input = byId("search", "input");
    const list = byId("found", "ul");
    input.addEventListener("input", () => {
      const words = input.value
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== "");
      const hits: number[] = [];
      for (let step = 0; words.length > 0 && step < of.parts.parts.length && hits.length < 25; step++) {
        const part = of.parts.parts[step]!;
        if (part.kind === "termination") continue;
        const text =
          `${of.parts.names[step]!} ${part.kind === "device" ? `${part.device.kind} ${part.mesh.kind}` : "neuron"}`.toLowerCase();
        if (words.every((word) => text.includes(word))) hits.push(step);
      }
      const buttons = hits.map((step) => {
        const button = make("button", { type: "button" }, of.parts.names[step]!);
        button.addEventListener("click", () => found(step));
        return make("li", {}, button);
      });
      const none = words.length > 0 && hits.length === 0 ? [make("li", {}, "nothing found")] : [];
      list.replaceChildren(...buttons, ...none);
    });
    input.addEventListener("keydown", (event) => {
      const firstHit = list.querySelector("button");
      if (event.key === "Enter" && firstHit !== null) firstHit.click();
    });
  }
}

/** Room for the names of ports, pixels. */
function widestPort({ circuit }: Chip): number {
  const context = document.createElement("canvas").getContext("2d")!;
  context.font = labelFont(labelSize);
  const names = [...circuit.inputs, ...circuit.outputs].slice(0, 1000);
  return 10 + names.reduce((most, { name }) => Math.max(most, context.measureText(name.slice(0, 24)).width), 0);
}

function paintOf(value: string): Paint {
  return value === "theta" || value === "kind" ? value : "light";
}

function partText({ title, what, lines, light }: Facts): string {
  return [title, what, lines.join(", "), ...light].filter((line) => line !== "").join("\n");
}

function factNodes({ title, what, lines, light }: Facts): Node[] {
  const list = (items: readonly string[]): Node =>
    make("ul", { class: "facts" }, ...items.map((item) => make("li", {}, item)));
  return [make("h3", {}, title), make("p", {}, what), list(lines), list(light)];
}
