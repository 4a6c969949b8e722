// Draws docs/contributing/house.svg from the imports: `npm run house`. A test holds the file to what stands here.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { foldersOf, readImports, root, modules } from "./imports.mjs";

const imports = readImports();
const graph = new Map([...foldersOf(imports, 1)].map(([from, targets]) => [from, targets.filter((to) => modules.includes(to))]));

/** Modules that a module reaches through others: it needs no arrow to them. */
function reachedOtherwise(from) {
  const seen = new Set();
  const visit = (module) => {
    for (const next of graph.get(module) ?? []) {
      if (!seen.has(next)) {
        seen.add(next);
        visit(next);
      }
    }
  };
  for (const module of graph.get(from)) visit(module);
  return seen;
}

const arrows = modules.flatMap((from) => {
  const otherwise = reachedOtherwise(from);
  return graph.get(from).filter((to) => !otherwise.has(to)).map((to) => ({ from, to }));
});

/** Every module stands above all that it imports. */
const height = (module) => Math.max(-1, ...graph.get(module).map(height)) + 1;

const levels = [];
for (const module of modules) (levels[height(module)] ??= []).push({ module, width: 148 });
levels.reverse();
const levelOf = (module) => levels.findIndex((level) => level.some((node) => node.module === module));

// An arrow past a level takes a narrow place in it, so that it passes between the boxes.
const paths = arrows.map(({ from, to }) => {
  const path = [levels[levelOf(from)].find((node) => node.module === from)];
  for (let level = levelOf(from) + 1; level < levelOf(to); level++) {
    const place = { width: 16 };
    levels[level].push(place);
    path.push(place);
  }
  path.push(levels[levelOf(to)].find((node) => node.module === to));
  return path;
});

// Each node moves below the middle of what points at it, a few times up and down, so that few arrows cross.
const order = (node) => levels.find((level) => level.includes(node)).indexOf(node) / levels.find((level) => level.includes(node)).length;
for (let round = 0; round < 8; round++) {
  for (const level of round % 2 === 0 ? levels : levels.toReversed()) {
    const wish = new Map(
      level.map((node) => {
        const near = paths.flatMap((path) => {
          const at = path.indexOf(node);
          return at < 0 ? [] : [path[at + (round % 2 === 0 ? -1 : 1)]].filter((other) => other !== undefined);
        });
        return [node, near.length === 0 ? order(node) : near.reduce((sum, other) => sum + order(other), 0) / near.length];
      }),
    );
    level.sort((a, b) => wish.get(a) - wish.get(b));
  }
}

const inside = new Map(
  modules.map((module) => {
    const files = [...imports.keys()].filter((file) => file.startsWith(`${module}/`));
    const folders = [...new Set(files.map((file) => file.split("/")).filter((path) => path.length > 2).map((path) => path[1]))];
    return [module, folders];
  }),
);

const gap = 28;
const boxHeight = (node) => (node.module === undefined ? 0 : 30 + 15 * inside.get(node.module).length);
const width = Math.max(...levels.map((level) => level.reduce((sum, node) => sum + node.width + gap, gap)));
let y = 20;
for (const level of levels) {
  const used = level.reduce((sum, node) => sum + node.width, 0);
  const space = (width - used) / (level.length + 1);
  let x = space;
  for (const node of level) {
    Object.assign(node, { x, y, height: boxHeight(node) });
    x += node.width + space;
  }
  y += Math.max(...level.map(boxHeight)) + 64;
}
const middle = (node) => Math.round(node.x + node.width / 2);

const lines = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.round(width)} ${y - 24}" font-family="sans-serif" font-size="12">`,
  "<title>The modules of optinc and what they import</title>",
  '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>',
  `<rect width="100%" height="100%" fill="#fff"/>`,
];
for (const path of paths) {
  let d = `M${middle(path[0])} ${path[0].y + path[0].height}`;
  for (let i = 1; i < path.length; i++) {
    const [above, below] = [path[i - 1], path[i]];
    const [from, to] = [above.y + above.height, below.y];
    const half = Math.round((from + to) / 2);
    d += `C${middle(above)} ${half} ${middle(below)} ${half} ${middle(below)} ${to}`;
  }
  const title = `<title>${path[0].module} imports ${path.at(-1).module}</title>`;
  lines.push(`<path d="${d}" fill="none" stroke="#667" marker-end="url(#tip)">${title}</path>`);
}
for (const { module, x, y: top, width: wide, height: tall } of levels.flat()) {
  if (module === undefined) continue;
  const left = Math.round(x);
  const folders = inside.get(module);
  lines.push(`<rect x="${left}" y="${top}" width="${wide}" height="${tall}" rx="6" fill="#eef3fb" stroke="#456"/>`);
  lines.push(`<text x="${left + 10}" y="${top + 19}" font-weight="bold">${module}/</text>`);
  folders.forEach((folder, i) => {
    lines.push(`<text x="${left + 18}" y="${top + 36 + 15 * i}" fill="#345" font-size="11">${folder}/</text>`);
  });
}
lines.push(`<text x="12" y="${y - 32}" fill="#567" font-size="10">An arrow: imports, types included. Arrows that follow from others are left out.</text>`);

/** The picture. */
export const house = `${[...lines, "</svg>"].join("\n")}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, "docs/contributing/house.svg"), house);
