/** The element of that id; the page is made together with this script, so that it is there. */
export function byId<K extends keyof HTMLElementTagNameMap>(id: string, tag: K): HTMLElementTagNameMap[K] {
  const found = maybeById(id, tag);
  if (found === null) throw new Error(`the page has no <${tag} id="${id}">`);
  return found;
}

/** The same for elements that stand in some pages only. */
export function maybeById<K extends keyof HTMLElementTagNameMap>(id: string, tag: K): HTMLElementTagNameMap[K] | null {
  return document.getElementsByTagName(tag).namedItem(id);
}

/** A new element; children are nodes, or text that is taken as text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What a style variable of the page is now, in the light or dark theme. */
export function themeColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Does it before the next picture, once, however often it is asked for. */
export function oncePerPicture(work: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}
