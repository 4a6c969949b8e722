import type { CodePage } from "./diagnostic.ts";
export const dslCodes: readonly CodePage[] = [];
