import { fileURLToPath } from "node:url";

/** A folder of the package, such as `technologies/`: beside the sources when they run as they are, else beside dist/. */
export function shippedFolder(name: string): string {
  const levels = import.meta.url.endsWith(".ts") ? "../../" : "../../../";
  return fileURLToPath(new URL(`${levels}${name}`, import.meta.url));
}
