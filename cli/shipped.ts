import { fileURLToPath } from "node:url";

/** The package: above the sources where they run as they are, else two folders above dist/cli and dist/program. */
const root = new URL(import.meta.url.endsWith(".ts") ? "../" : "../../", import.meta.url);

/** A file of the package, or a folder that ends in `/`, such as `technologies/`; a path. */
export function shipped(name: string): string {
  return fileURLToPath(new URL(name, root));
}
