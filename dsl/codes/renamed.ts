import { renamedWords } from "../language/renamed.ts";
import type { CodePage } from "../report/diagnostic.ts";

const renamings = renamedWords.map(({ block, setting, old, now }) =>
  setting === null
    ? `\`${old}\` of \`${block}\` is \`${now}\``
    : `\`${setting} ${old}\` of \`${block}\` is \`${setting} ${now}\``,
);

/** OPT0246: words that have another name now. */
export const renamedCodes: readonly CodePage[] = [
  {
    code: "OPT0246",
    title: "word that was renamed",
    explanation:
      "This word of a spec or option has another name now. The old one is taken for one release; `optinc check --fix` and `optinc fmt` write new words. " +
      `${renamings.join("; ")}.`,
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network constructed {
    rests direct
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network constructed {
    residual direct
  }
}
`,
  },
];
