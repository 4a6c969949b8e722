import { reproduceArea } from "./area.ts";
import { physicsTable } from "./physics.ts";
import { largePlacementCases, placementCases, placementTable } from "./placement.ts";
import { collectivesReproduction } from "./print-collectives.ts";
import { networksTable } from "./table-two.ts";
import { writeExactWeights } from "./weights-file.ts";

/** Inputs of a network that are tried in the quick run, in even steps; a prime, so that all digits vary. */
const QUICK_SAMPLE = 20_011;

function areaTable(): void {
  console.log("Areas: Tables I and II and the cascade as the paper counts them; our designs in MZIs");
  for (const { name, published, computed, unit, note } of reproduceArea()) {
    const printed = published === null ? "" : `published ${published} %, `;
    const figure = unit === "%" ? `${computed.toFixed(2)} %` : `${computed} MZIs`;
    console.log(`${name}\n  ${printed}computed ${figure}\n  ${note}`);
  }
}

/** The tables that are printed alone, by their names. */
const tables: Readonly<Record<string, () => string>> = {
  physics: physicsTable,
  placement: () => placementTable(placementCases),
  "placement-large": () => placementTable(largePlacementCases),
  collectives: () => collectivesReproduction(),
  networks: () => networksTable(),
};

/**
 * `npm run reproduce`; `-- --quick` tries a sample of the inputs, `-- physics` and `-- placement` print tables of docs/reference/measurements.md,
 * `-- networks` that of docs/explanation/perceptrons.md, `-- weights` writes examples/imported/mean-4x16.npz again.
 * Numbers that do not match are printed as they are.
 */
function main(args: readonly string[]): void {
  const table = args.length === 1 ? tables[args[0]!] : undefined;
  if (table !== undefined) {
    console.log(table());
    return;
  }
  if (args.join() === "weights") {
    writeExactWeights();
    return;
  }
  const unknown = args.filter((arg) => arg !== "--quick");
  if (unknown.length > 0) {
    console.error(
      `reproduce takes --quick, or ${Object.keys(tables).join(", ")} or weights alone, not ${unknown.join(" ")}`,
    );
    process.exitCode = 2;
    return;
  }
  areaTable();
  const quick = args.includes("--quick");
  console.log(
    `\nTables I and II in the paper's widths and layers. A plan gives the weights (docs/explanation/perceptrons.md). Inputs: ${quick ? `${QUICK_SAMPLE} inputs in even steps` : "all"}`,
  );
  console.log(networksTable(quick ? QUICK_SAMPLE : undefined));
  console.log(`\nAll-reduce\n\n${collectivesReproduction()}`);
}

main(process.argv.slice(2));
