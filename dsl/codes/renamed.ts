import { renamedWords } from "../language/renamed.ts";
import type { CodePages } from "../report/diagnostic.ts";
import { pair } from "./example.ts";

const renamings = renamedWords.map(({ block, setting, old, now }) =>
  setting === null
    ? `\`${old}\` of \`${block}\` is \`${now}\`.`
    : `\`${setting} ${old}\` of \`${block}\` is \`${setting} ${now}\`.`,
);
const constructed = (setting: string): string => pair("network constructed {", `  ${setting}`, "}");

/** OPT0246: words that have another name now. */
export const renamedCodes: CodePages = {
  OPT0246: {
    what: "the word was renamed",
    why: "The old word is read for one release.",
    write: `Let \`optinc check --fix\` or \`optinc fmt\` write the new word. ${renamings.join(" ")}`,
    wrong: constructed("rests direct"),
    right: constructed("residual direct"),
  },
};
