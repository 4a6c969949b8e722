import { compiled, exported } from "./compiling.ts";
import type { WorkbenchAnswer, WorkbenchRequest, WorkerAnswer, WorkerData } from "./messages.ts";
import { type ShownCircuit, tried } from "./physics.ts";

/** Answers the page, request after request. The page ends the worker to stop what it does. */
export function serve(): void {
  // Long work gives way by Node's function, which a browser has not; its timers wait 4 ms each.
  Object.assign(globalThis, {
    setImmediate: (work: () => void): void => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = work;
      port2.postMessage(null);
    },
  });
  let data: WorkerData | null = null;
  let shown: ShownCircuit | null = null;
  let requests = 0;
  let compiling = new AbortController();
  let number = 0;
  const answer = (message: WorkbenchAnswer): void => {
    const numbered: WorkerAnswer = { ...message, number };
    postMessage(numbered);
  };
  const compileFor = async (text: string, known: WorkerData, signal: AbortSignal): Promise<void> => {
    const tell = (message: WorkbenchAnswer): void => {
      if (!signal.aborted) answer(message);
    };
    try {
      const made = await compiled(text, known, tell, signal);
      if (!signal.aborted) ({ shown } = made);
      tell(made.answer);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const handle = async (request: WorkbenchRequest): Promise<void> => {
    if (request.kind === "open") data = request.data;
    else if (request.kind === "export") {
      if (shown !== null && data !== null) answer(await exported(shown, request.format, data));
    } else if (request.kind === "try") {
      const mine = ++requests;
      const found = shown === null ? null : await tried(shown, request.at, () => mine !== requests);
      if (found !== null) answer(found);
    } else if (data !== null) {
      requests++;
      shown = null;
      compiling.abort();
      compiling = new AbortController();
      ({ number } = request);
      await compileFor(request.text, data, compiling.signal);
    }
  };
  addEventListener("message", ({ data: request }: MessageEvent<WorkbenchRequest>) => {
    handle(request).catch((error: unknown) =>
      answer({
        kind: "refused",
        problems: [`internal error: ${error instanceof Error ? error.message : String(error)}`],
      }),
    );
  });
}
