// Writes docs/spec.md from the settings table of dsl/; run after a build: `npm run reference`.
import { writeFileSync } from "node:fs";
import { language, specReference } from "../dist/dsl/index.js";

writeFileSync(new URL("../docs/spec.md", import.meta.url), specReference(language));
