#!/usr/bin/env node
import nodeModule from "node:module";
import { cacheDirectory, codeDirectory } from "./files/cache-directory.ts";

// Node 22.1 on keeps compiled code between runs. Its own default is a folder that other users can write to.
const { enableCompileCache } = nodeModule as { enableCompileCache?: (directory: string) => unknown };
const cache = cacheDirectory();
if (cache !== null) enableCompileCache?.(codeDirectory(cache));

const { main } = await import("./program.ts");
await main();
