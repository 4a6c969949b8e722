/** The version in package.json; a test keeps the two equal, so that start-up reads no file for it. */
export const version = "0.1.0";

/** A hash that the build computes from the sources of the modules and the versions of their packages. */
declare const builtCode: string | undefined;

/** Part of every cache key: results of other code are not found. Modules that run outside the bundle share one value. */
export const codeVersion: string = `${version}+${typeof builtCode === "undefined" ? "unbuilt" : builtCode}`;
