// Writes docs/spec.md from the settings table of dsl/; run after a build: `npm run reference`.
import { writeFileSync } from "node:fs";
import { language } from "../dist/dsl/index.js";
import { specReference } from "../dist/dsl/language/reference.js";

writeFileSync(new URL("../docs/spec.md", import.meta.url), specReference(language));
