import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/** OPTINC_CACHE, else optinc in an absolute XDG_CACHE_HOME, else in ~/.cache; null without a home: a relative path would depend on the folder. */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const { OPTINC_CACHE: own, XDG_CACHE_HOME: shared } = environment;
  if (own !== undefined && own !== "") return own;
  if (shared !== undefined && isAbsolute(shared)) return join(shared, "optinc");
  const home = [homedir, () => userInfo().homedir].map(attempted).find((path) => path !== null && isAbsolute(path));
  return home === undefined || home === null ? null : join(home, ".cache", "optinc");
}

/** Where Node keeps compiled code of the program, a folder a version and machine. */
export function codeDirectory(cache: string): string {
  return join(cache, "code");
}

function attempted(work: () => string): string | null {
  try {
    return work();
  } catch {
    // The system knows no such user.
    return null;
  }
}
