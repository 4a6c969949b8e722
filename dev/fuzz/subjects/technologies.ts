import { readdirSync } from "node:fs";
import { join } from "node:path";
import { renderDiagnostics } from "../../../dsl/index.ts";
import { quantityKeys, readTechnology } from "../../../physics/index.ts";
import type { FuzzSubject } from "../material/case.ts";
import { checkout, checkoutText } from "../material/corpus.ts";
import { mutateText } from "../material/mutate.ts";

/** Technology files: a value or errors, each with a place in the text. */
export function technologySubject(): FuzzSubject {
  const names = readdirSync(join(checkout, "technologies")).sort();
  const texts = names.map((name) => checkoutText(`technologies/${name}`));
  const words = [...quantityKeys, "value", "unit", "source", "kind", "measured", "assumed", "dB/cm", "mW", "%"];
  return {
    name: "technology",
    weight: 4,
    make: (dice) => ({ files: { "t.yaml": mutateText(dice.pick(texts), dice, words) }, args: [] }),
    run: ({ files }) => {
      const source = { name: "t.yaml", text: String(files["t.yaml"]) };
      const { value, diagnostics } = readTechnology(source);
      if ((value === null) !== diagnostics.length > 0) throw new Error("a technology with errors, or neither");
      for (const { span } of diagnostics.flatMap(({ labels }) => labels)) {
        if (!(0 <= span.start && span.start <= span.end && span.end <= source.text.length)) {
          throw new Error("a span outside");
        }
      }
      for (const { value: number } of Object.values(value?.entries ?? {})) {
        if (!Number.isFinite(number)) throw new Error("unsound: a number that is none");
      }
      renderDiagnostics(source, diagnostics);
    },
  };
}
