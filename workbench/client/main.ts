import { targets } from "../../netlist/index.ts";
import { readTechnology } from "../../physics/index.ts";
import { byId, make } from "../../report/client/dom.ts";
import { saveFile } from "../../report/client/downloads.ts";
import type { Showing } from "../../report/index.ts";
import type { WorkbenchData } from "../index.ts";
import { markClauses, openEditor } from "./editor.ts";
import { fragmentOf, specOfFragment } from "./fragment.ts";
import {
  buildFormat,
  circuitFormat,
  type WorkbenchAnswer,
  type WorkbenchRequest,
  type WorkerAnswer,
} from "./messages.ts";
import { openStory } from "./story.ts";
import { serve } from "./worker.ts";

/** Milliseconds without a keystroke after which the spec is compiled. */
const pauseMs = 40;

/** Opens the page: the editor, and a worker that compiles what stands in it. */
function open(): void {
  const data: WorkbenchData = JSON.parse(byId("workbench-data", "script").textContent ?? "");
  const { technologies, version } = data;
  const [state, problems, frame] = [byId("state", "p"), byId("problems", "ul"), byId("circuit", "iframe")];
  const [example, format] = [byId("example", "select"), byId("format", "select")];
  const [save, stop] = [byId("save", "button"), byId("stop", "button")];
  example.append(...data.examples.map(([name]) => make("option", {}, name)));
  format.append(
    ...[circuitFormat, buildFormat, ...targets.map(({ name }) => name)].map((name) => make("option", {}, name)),
  );

  // The worker runs the script of this page, which the policy allows by its hash.
  const script = document.querySelector('script[type="module"]')?.textContent ?? "";
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  let startedMs = 0;
  let count = 0;
  let asked = 0;

  const say = (text: string): void => {
    state.textContent = text;
  };
  const busy = (isBusy: boolean): void => {
    stop.disabled = !isBusy;
    frame.toggleAttribute("data-old", isBusy);
  };
  const list = (lines: readonly string[]): void =>
    problems.replaceChildren(...lines.map((line) => make("li", {}, line)));
  const answered = (answer: WorkbenchAnswer): void => {
    if (answer.kind === "progress") say(answer.text);
    else if (answer.kind === "tried") showTried(answer);
    else if (answer.kind === "file") saveFile(answer.name, answer.bytes, "application/octet-stream");
    else if (answer.kind === "circuit") show(answer);
    else {
      const isDrawn = !stop.disabled && !frame.hasAttribute("data-old");
      busy(false);
      list(answer.problems);
      say(`The circuit is the ${isDrawn ? "refused one" : "last one that was compiled"}.`);
    }
  };
  const show = (answer: Extract<WorkbenchAnswer, { kind: "circuit" }>): void => {
    frame.contentDocument?.dispatchEvent(new CustomEvent("circuit", { detail: answer.framed }));
    frame.removeAttribute("data-old");
    const tookMs = Math.round(performance.now() - startedMs);
    if (answer.framed.isPending) {
      say(`${answer.verdict} Drawn in ${tookMs} ms.`);
      return;
    }
    busy(false);
    save.disabled = false;
    list(answer.notes);
    say(`${answer.verdict} Compiled in ${tookMs} ms.`);
    document.documentElement.setAttribute("data-compiled", `${++count}`);
    story.drawn(editor.state.doc.toString() === told);
    // Who types on does not wait for chips.
    later = window.setTimeout(askTried, 400);
  };
  let later = 0;
  const meters = [...byId("chips", "div").querySelectorAll("meter")];
  const weakest = byId("weakest", "button");
  const showTried = ({ text, counts, weakest: device }: Extract<WorkbenchAnswer, { kind: "tried" }>): void => {
    byId("tried", "p").textContent = text;
    weakest.disabled = device === null;
    weakest.onclick = () => showInCircuit({ device });
    for (const [i, meter] of meters.entries()) {
      meter.value = counts[i]!;
      meter.nextElementSibling!.textContent = `${counts[i]}`;
    }
  };
  const showInCircuit = (detail: Showing): void => {
    frame.contentDocument?.dispatchEvent(new CustomEvent("show", { detail }));
  };
  const sliders = [...byId("tries", "form").querySelectorAll("input")];
  const askTried = (): void => {
    const values = sliders.map(({ valueAsNumber }) => valueAsNumber);
    const [launchDbm, rate, phaseRad, splitter, warmerMk, laserMhz] = values;
    for (const slider of sliders) slider.nextElementSibling!.textContent = slider.value;
    const drift = { temperatureK: 1e-3 * warmerMk!, frequencyHz: 1e6 * laserMhz! };
    const at = { launchDbm: launchDbm!, symbolRateBd: 1e9 * rate!, phaseRad: phaseRad!, splitter: splitter!, ...drift };
    const request: WorkbenchRequest = { kind: "try", at };
    worker.postMessage(request);
  };
  for (const slider of sliders) slider.addEventListener("input", askTried);
  const start = (): Worker => {
    const started = new Worker(address);
    const ask = (request: WorkbenchRequest): void => started.postMessage(request);
    started.addEventListener("message", ({ data: answer }: MessageEvent<WorkerAnswer>) => {
      // What was said of an older spec, or before a stop, may come after it.
      if (answer.number === asked || answer.kind === "file") answered(answer);
    });
    started.addEventListener("error", ({ message }) => answered({ kind: "refused", problems: [message] }));
    ask({ kind: "open", data: { technologies, version } });
    return started;
  };
  let worker = start();
  const compile = (): void => {
    clearTimeout(later);
    startedMs = performance.now();
    save.disabled = true;
    busy(true);
    const text = editor.state.doc.toString();
    history.replaceState(null, "", fragmentOf(text) ?? location.pathname);
    const request: WorkbenchRequest = { kind: "compile", text, number: ++asked };
    worker.postMessage(request);
  };

  let pause = 0;
  const linked = specOfFragment(location.hash);
  const first = linked !== null && "spec" in linked ? linked.spec : data.examples[0]![1];
  const described = data.technologies.map(([name, text]) => [
    name,
    readTechnology({ name, text }).value?.description ?? "",
  ]);
  const names = {
    targets: Object.fromEntries(targets.map(({ name, summary }) => [name, summary])),
    technologies: Object.fromEntries(described),
  };
  let pointed: string | null = null;
  const editor = openEditor(byId("editor", "div"), first, names, {
    changed: () => {
      clearTimeout(pause);
      pause = window.setTimeout(compile, pauseMs);
    },
    pointed: (clause) => {
      const detail = clause === null ? [] : [clause];
      if (clause !== pointed) frame.contentDocument?.dispatchEvent(new CustomEvent("link", { detail }));
      pointed = clause;
    },
  });
  frame.addEventListener("linked", ({ detail }: CustomEventInit<readonly string[]>) =>
    markClauses(editor, detail ?? []),
  );
  const write = (text: string): void =>
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  const story = openStory(showInCircuit);
  const [, told] = data.examples[0]!;
  byId("story-open", "button").addEventListener("click", () => {
    example.selectedIndex = 0;
    story.open();
    write(told);
  });
  example.addEventListener("change", () => write(data.examples[example.selectedIndex]![1]));
  save.addEventListener("click", () => {
    const request: WorkbenchRequest = { kind: "export", format: format.value };
    worker.postMessage(request);
  });
  stop.addEventListener("click", () => {
    worker.terminate();
    worker = start();
    asked++;
    busy(false);
    say("Stopped. Change the spec to compile it.");
  });
  addEventListener("hashchange", () => {
    const next = specOfFragment(location.hash);
    if (next !== null && "spec" in next) write(next.spec);
    byId("link-problem", "p").textContent = next !== null && "problem" in next ? next.problem : "";
  });
  frame.addEventListener("load", compile, { once: true });
  frame.srcdoc = data.frame;
  const damaged = linked !== null && "problem" in linked ? linked.problem : "";
  byId("link-problem", "p").textContent = damaged;
  requestAnimationFrame(() => document.documentElement.setAttribute("data-ready", "true"));
}

if (typeof document === "undefined") serve();
else if (typeof Worker === "undefined" || typeof WebAssembly === "undefined")
  byId("state", "p").textContent = "The workbench needs web workers and WebAssembly, which this browser has not.";
else open();
