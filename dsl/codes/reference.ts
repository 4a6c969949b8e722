import type { CodePage, CodePages } from "../report/diagnostic.ts";

const sections: Readonly<Record<string, string>> = {
  OPT01: "Text and syntax of a spec",
  OPT02: "Meaning of a spec",
  OPT03: "Files of weights",
  OPT04: "Circuits and exports",
  OPT05: "Gradients",
  OPT06: "Files, builds and options",
  OPT07: "Collectives",
  OPT08: "Technologies, budgets and bring-up",
};

/** The reference of diagnostics as Markdown: the pages of `optinc explain`. */
export function diagnosticsReference(pages: CodePages): string {
  const head = `# Diagnostics

Every message has a code. \`optinc explain CODE\` prints the same text.

Written by \`npm run reference\` from the tables that the program reads.
`;
  const parts = Object.entries(sections).map(([prefix, title]) => {
    const own = Object.entries(pages).filter(([code]) => code.startsWith(prefix));
    return `\n## ${title}\n${own.map(([code, page]) => section(code, page)).join("")}`;
  });
  return head + parts.join("");
}

function section(code: string, { what, why, write, wrong, right }: CodePage): string {
  const sentences = [`**Why:** ${why}`, `**Write:** ${write}`].map((part) =>
    part.replaceAll(/(?<=\.) (?=[A-Z`])/g, "\n"),
  );
  const examples = [wrong, right].map((text) => (text === undefined ? "" : `\n\`\`\`\n${text}\`\`\`\n`));
  return `\n### ${code}\n\n${what}\n\n${sentences.join("\n\n")}\n${examples.join("")}`;
}
