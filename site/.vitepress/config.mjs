// The pages of docs/ as a site: `npm run site` builds it into dist-site. Dead links fail the build.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import katex from "@vscode/markdown-it-katex";
import { defineConfig } from "vitepress";

const root = fileURLToPath(new URL("../..", import.meta.url));
const docs = join(root, "docs");
// Vite resolves Vue from the folder of a page, so the pages are copied beside it.
const pages = join(root, "site/pages");
rmSync(pages, { recursive: true, force: true });
cpSync(docs, pages, { recursive: true });
mkdirSync(join(pages, "public"), { recursive: true });
execFileSync(process.execPath, [join(root, "dist/program/optinc.js"), "workbench", "-q", "-o", join(pages, "public/workbench.html")]);
const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const github = repository.url.replace(/^git\+|\.git$/g, "");

/** The sections of docs/README.md with their pages: the index and the side bar are one list. */
function sectionsOf(index) {
  return index.split(/^\*\*(.*)\*\*$/m).slice(1).reduce((found, text, i, parts) => {
    if (i % 2 === 1) return found;
    const items = [...parts[i + 1].matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)];
    return [...found, { text, items: items.map(([, title, page]) => ({ text: title.replaceAll("`", ""), link: `/${page}` })) }];
  }, []);
}

/** Links from a page to files of the repository outside docs/ lead to GitHub; to one that is not there, nowhere: the build fails. */
function repositoryLinks(md) {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href === null || /^(\w+:|#)/.test(href)) continue;
      const file = join(docs, relative(pages, dirname(env.realPath ?? env.path)), href.replace(/#.*/, ""));
      const path = relative(root, file).replaceAll("\\", "/");
      if (!path.startsWith("docs/") && existsSync(file)) token.attrSet("href", `${github}/blob/main/${path}`);
    }
  });
}

const sections = sectionsOf(readFileSync(join(docs, "README.md"), "utf8"));

export default defineConfig({
  title: "optinc",
  description: "Compile an aggregation spec into a verified photonic circuit",
  srcDir: "pages",
  outDir: "../dist-site",
  rewrites: { "README.md": "index.md", "reference/targets/README.md": "reference/targets/index.md" },
  cleanUrls: false,
  markdown: {
    config: (md) => {
      md.use(katex.default ?? katex, { enableFencedBlocks: true });
      md.use(repositoryLinks);
    },
  },
  themeConfig: {
    nav: [...sections.map(({ text, items }) => ({ text, items })), { text: "Workbench", link: "/workbench.html", target: "_self" }],
    sidebar: sections,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: github }],
  },
});
