import { byId } from "../../report/client/dom.ts";
import type { Showing } from "../../report/index.ts";
import told from "./story.json" with { type: "json" };

/** Four words become their mean in mean-4x8; every step shows what its text says. */
const { words, steps }: Story = told;

interface Story {
  readonly words: readonly number[];
  readonly steps: readonly { readonly title: string; readonly text: string; readonly shows: Showing }[];
}

/** The story beside the circuit, of which each step shows something. */
export function openStory(showInCircuit: (shows: Showing) => void): {
  readonly open: () => void;
  /** A circuit was drawn: the story's, or another one, which ends it. */
  readonly drawn: (own: boolean) => void;
} {
  const [story, title, text] = [byId("story", "div"), byId("story-title", "h3"), byId("story-text", "p")];
  const [back, next] = [byId("story-back", "button"), byId("story-next", "button")];
  let at = 0;
  const show = (step: number): void => {
    at = step;
    const { title: heading, text: line, shows } = steps[at]!;
    title.textContent = `${at + 1} of ${steps.length}: ${heading}`;
    text.textContent = line;
    [back.disabled, next.disabled] = [at === 0, at === steps.length - 1];
    showInCircuit({ input: words, sample: null, ...shows });
  };
  const close = (): void => {
    story.hidden = true;
  };
  back.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  byId("story-close", "button").addEventListener("click", close);
  return {
    open: () => {
      story.hidden = false;
      at = 0;
    },
    drawn: (own) => {
      if (story.hidden) return;
      if (own) show(at);
      else close();
    },
  };
}
