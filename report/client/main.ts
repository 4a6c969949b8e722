import { type Anchor, anchorText, parseAnchor, type Showing } from "../player/anchor.ts";
import type { FramedCircuit } from "../player/player-data.ts";
import { parseWords } from "../player/reading.ts";
import { openChipView } from "./chip-view.ts";
import { readData } from "./data.ts";
import { byId, maybeById, oncePerPicture } from "./dom.ts";
import { addDownloads } from "./downloads.ts";
import { linkedOf, namesOfRow, stepsByName } from "./links.ts";
import { type Chip, chipOf } from "./model.ts";
import { type ChipSample, playWords, presetWords } from "./player.ts";
import { deviceRows, fillTable, neuronRows, type ResultRows, receiverRows, resultText, wordRows } from "./results.ts";

/** The workbench's, which keeps what is looked at while circuits come and go; null for a page by itself. */
const frame: Element | null = typeof document === "undefined" ? null : window.frameElement;

/** Opens the page with what it carries, or with what the workbench hands to it. */
async function open(): Promise<void> {
  const data = await readData();
  if (data !== null) openCircuit({ ...data, isPending: false }, null, new AbortController().signal);
  else if (frame !== null) followWorkbench();
  // A study is looked at, and not played.
  else ready({});
}

/** Shows one circuit after the other. */
function followWorkbench(): void {
  let shown = new AbortController();
  let words: readonly number[] | null = null;
  document.addEventListener("circuit", ({ detail }: CustomEventInit<FramedCircuit>) => {
    if (detail === undefined) return;
    shown.abort();
    shown = new AbortController();
    document.documentElement.removeAttribute("data-ready");
    document.body.innerHTML = detail.body;
    try {
      words = openCircuit(detail, words, shown.signal);
    } catch (error) {
      failed(error);
    }
  });
}

/** Draws the chip and plays words until the signal comes, those of `before` where nothing is known yet. Returns the first words. */
function openCircuit(
  { circuit, player, isPending }: Omit<FramedCircuit, "body">,
  before: readonly number[] | null,
  signal: AbortSignal,
): readonly number[] {
  byId("play", "section").hidden = false;
  const chip = chipOf(circuit, player);
  const { aggregate } = circuit;
  const wordsInput = byId("words", "input");
  const problem = byId("words-problem", "p");
  const result = byId("result", "div");
  const sliders = [...document.querySelectorAll<HTMLInputElement>("#sliders input")];
  const [sampleOn, sampleDrawn] = [byId("sample-on", "input"), byId("sample-drawn", "input")];
  const sampleNumber = byId("sample", "input");
  const [samplePhase, sampleSplitter] = [byId("sample-phase", "input"), byId("sample-splitter", "input")];
  const sampleTechnology = maybeById("sample-technology", "input");

  let anchor: Anchor = parseAnchor(frame === null ? location.hash : (frame.getAttribute("data-anchor") ?? ""));
  let words =
    usable(chip, anchor.input) ??
    (isPending ? usable(chip, before) : null) ??
    presetWords(chip, "counterexample") ??
    presetWords(chip, "weakest") ??
    presetWords(chip, "random")!;
  let playing = playWords(chip, words, null);
  const watcher = {
    focused: (device: string | null) => remember({ device }),
    pointed: (step: number) => {
      const { own, settings } = step < 0 ? { own: [], settings: [] } : linkedOf(chip, step);
      link([...own, ...settings], own);
    },
  };
  const view = openChipView(chip, playing, watcher, signal);
  const steps = stepsByName(chip);
  /** Marks the rows and the clauses of the spec of these names, and the devices of some. */
  const link = (names: readonly string[], ofDevices: readonly string[] = names): void => {
    view.mark(ofDevices.flatMap((name) => steps.get(name) ?? []));
    for (const row of document.querySelectorAll<HTMLTableRowElement>("tbody tr"))
      row.classList.toggle(
        "linked",
        namesOfRow(row).some((name) => names.includes(name)),
      );
    frame?.dispatchEvent(new CustomEvent("linked", { detail: names }));
  };
  for (const type of ["pointerover", "focusin"]) {
    const point = ({ target }: Event): void => {
      if (!(target instanceof Element) || target.id === "chip") return;
      const row = target.closest("tr");
      link(row === null ? [] : namesOfRow(row));
    };
    document.addEventListener(type, point, { signal });
  }
  // Of the workbench, whose events are of another window's class.
  const linked = ({ detail }: CustomEventInit<readonly string[]>): void => link(detail ?? []);
  document.addEventListener("link", linked, { signal });

  const wish = (): ChipSample | null =>
    sampleOn.checked
      ? {
          number: whole(sampleNumber),
          asTechnology: sampleTechnology?.checked ?? false,
          phaseRad: amount(samplePhase),
          couplerRad: amount(sampleSplitter),
        }
      : null;
  const remember = (next: Partial<Anchor>): void => {
    anchor = { ...anchor, ...next };
    const text = anchorText(anchor);
    if (frame === null) history.replaceState(null, "", text === "" ? location.pathname : text);
    else frame.setAttribute("data-anchor", text);
  };
  const live = {
    words: () => wordRows(chip, playing),
    receivers: () => receiverRows(playing),
    neurons: () => neuronRows(chip, playing),
    devices: () => deviceRows(chip, (sampleDrawn.checked ? playing.sample : null) ?? playing.ideal),
  };
  const tables = (): void => {
    const rounded = playing.wanted.word;
    fillTable("words", live.words(), null, (row) => row.slice(2).some((word) => word !== rounded));
    const isWrong = (row: ResultRows[number]): boolean => row.slice(5).some((it, i) => i % 3 === 1 && Number(it) < 0);
    const focus = (row: number) => () => view.focusOn(chip.neurons[row]!);
    if (isOpen("receivers-body")) fillTable("receivers", live.receivers(), null, isWrong);
    if (isOpen("devices-body")) fillTable("devices", live.devices(), null, () => false);
    if (isOpen("neurons-body")) fillTable("neurons", live.neurons(), focus, () => false);
  };
  const play = oncePerPicture(() => {
    if (signal.aborted) return;
    playing = playWords(chip, words, wish());
    const { nodes, wrong } = resultText(chip, playing);
    result.replaceChildren(...nodes);
    result.classList.toggle("bad", wrong);
    tables();
    view.play(playing, sampleDrawn.checked);
  });
  const showWords = (): void => {
    sliders.forEach((slider, worker) => {
      slider.valueAsNumber = words[worker]!;
      if (slider.nextElementSibling !== null) slider.nextElementSibling.textContent = String(words[worker]!);
    });
  };
  const take = (next: readonly number[]): void => {
    words = next;
    problem.textContent = "";
    wordsInput.setAttribute("aria-invalid", "false");
    showWords();
    remember({ input: words });
    play();
  };
  const setWords = (next: readonly number[]): void => {
    wordsInput.value = next.join(", ");
    take(next);
  };

  byId("words-form", "form").addEventListener("submit", (event) => event.preventDefault());
  byId("sample-form", "form").addEventListener("submit", (event) => event.preventDefault());
  wordsInput.addEventListener("input", () => {
    const typed = parseWords(wordsInput.value, aggregate);
    if ("words" in typed) return take(typed.words);
    problem.textContent = typed.problem;
    wordsInput.setAttribute("aria-invalid", "true");
  });
  for (const [worker, slider] of sliders.entries()) {
    slider.addEventListener("input", () =>
      setWords(words.map((word, w) => (w === worker ? slider.valueAsNumber : word))),
    );
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-preset]")) {
    button.addEventListener("click", () => {
      const preset = presetWords(chip, button.dataset["preset"] ?? "");
      if (preset !== null) setWords(preset);
    });
  }
  const changeSample = (): void => {
    remember({ sample: sampleOn.checked ? whole(sampleNumber) : null });
    play();
  };
  for (const input of [sampleOn, sampleNumber, samplePhase, sampleSplitter, sampleTechnology, sampleDrawn])
    input?.addEventListener("input", changeSample);
  byId("next-sample", "button").addEventListener("click", () => {
    sampleOn.checked = true;
    sampleNumber.valueAsNumber = whole(sampleNumber) + 1;
    changeSample();
  });
  for (const details of document.querySelectorAll("#play details")) details.addEventListener("toggle", tables);

  const follow = (): void => {
    if (anchor.sample !== null && !isPending) {
      sampleOn.checked = true;
      sampleNumber.valueAsNumber = anchor.sample;
    }
    const linked = anchor.input === null ? null : usable(chip, anchor.input);
    if (anchor.input !== null && linked === null)
      problem.textContent = "the link names words that this circuit does not take";
    const step = anchor.device === null ? -1 : chip.parts.names.indexOf(anchor.device);
    if (anchor.device !== null && step < 0)
      byId("page-problem", "p").textContent = `This circuit has no device ${anchor.device.slice(0, 80)}.`;
    if (linked !== null) setWords(linked);
    else play();
    if (step >= 0) requestAnimationFrame(() => view.focusOn(step));
    if (frame === null && (linked !== null || step >= 0)) byId("play", "section").scrollIntoView();
  };
  addEventListener("hashchange", () => {
    const next = parseAnchor(location.hash);
    if (next.input === null && next.device === null && next.sample === null) return;
    anchor = next;
    follow();
  });
  const show = ({ detail }: CustomEventInit<Showing>): void => {
    const { linked = [], light = false, ...next } = detail ?? {};
    remember({ device: null, ...next });
    sampleOn.checked = anchor.sample !== null;
    if (anchor.device === null) view.focusOn(-1);
    follow();
    link(linked);
    if (light) view.runLight();
    byId("play", "section").scrollIntoView();
  };
  document.addEventListener("show", show, { signal });
  wordsInput.value = words.join(", ");
  showWords();
  follow();
  // Who types a spec sees it once.
  if (!isPending && !(frame?.hasAttribute("data-lit") ?? false)) {
    view.runLight();
    frame?.setAttribute("data-lit", "");
  }
  ready(live);
  return words;
}

function ready(live: Parameters<typeof addDownloads>[0]): void {
  addDownloads(live);
  requestAnimationFrame(() => document.documentElement.setAttribute("data-ready", "true"));
}

function failed(error: unknown): void {
  byId("play", "section").hidden = false;
  byId("page-problem", "p").textContent =
    `The player does not open: ${error instanceof Error ? error.message : String(error)}`;
}

/** Words of a link, where this circuit takes them. */
function usable({ circuit }: Chip, words: readonly number[] | null): readonly number[] | null {
  const typed = words === null ? null : parseWords(words.join(","), circuit.aggregate);
  return typed === null || "problem" in typed ? null : typed.words;
}

function isOpen(id: string): boolean {
  return document.getElementById(id)?.closest("details")?.open ?? false;
}

function whole(input: HTMLInputElement): number {
  const value = Math.floor(input.valueAsNumber);
  return value >= 0 && value <= 999_999_999 ? value : 0;
}

function amount(input: HTMLInputElement): number {
  const value = input.valueAsNumber;
  return value >= 0 && value <= Math.PI ? value : 0;
}

/** Without a page it exports the parts that compute, for tests and the console. */
Object.assign(globalThis, { optincPlayer: { chipOf, playWords } });
if (typeof document !== "undefined") {
  open().catch(failed);
}
