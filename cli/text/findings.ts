import { type Diagnostic, listed, nearest, plainDiagnostic } from "../../dsl/index.ts";

/** Errno codes with a page of their own; the others share OPT0608. */
const errnoCodes: Readonly<Record<string, { code: string; message: (path: string) => string; help: string | null }>> = {
  ENOENT: {
    code: "OPT0601",
    message: (path) => `${path} does not exist`,
    help: "check the spelling and the directory",
  },
  EACCES: { code: "OPT0602", message: (path) => `no permission for ${path}`, help: null },
  EPERM: { code: "OPT0602", message: (path) => `no permission for ${path}`, help: null },
  EROFS: { code: "OPT0602", message: (path) => `${path} is on a read-only file system`, help: null },
  EISDIR: { code: "OPT0603", message: (path) => `${path} is a directory, not a file`, help: "name a file in it" },
  ENOTDIR: { code: "OPT0607", message: (path) => `a part of ${path} is a file, not a directory`, help: null },
  EEXIST: { code: "OPT0607", message: (path) => `a part of ${path} is a file, not a directory`, help: null },
  ENOSPC: { code: "OPT0606", message: (path) => `no space left for ${path}`, help: "free some, or write elsewhere" },
  ENAMETOOLONG: {
    code: "OPT0629",
    message: (path) => `${path.slice(0, 60)}... is a longer name than the file system allows`,
    help: null,
  },
  ERR_INVALID_ARG_VALUE: { code: "OPT0629", message: () => "the name has a NUL character", help: null },
  EFBIG: { code: "OPT0609", message: (path) => `${path} is too large`, help: null },
  EFTYPE: { code: "OPT0608", message: (path) => `${path} is not a file`, help: null },
  EDQUOT: { code: "OPT0606", message: (path) => `the disk quota leaves no space for ${path}`, help: null },
};

/** That what was read has no aggregate of a name that was asked for. */
export function noAggregate(where: string, name: string, held: readonly string[]): Diagnostic {
  const near = nearest(name, held);
  const help = near === null ? `it holds ${listed(held)}` : `did you mean \`${near}\`?`;
  return plainDiagnostic("OPT0613", `${where} has no aggregate \`${name}\``, help);
}

/** That a share of right words was asked of a circuit that has to be right for all. */
export function noTarget(circuit: string): Diagnostic {
  const message = `${circuit} is constructed: only trained and imported networks have a target`;
  return plainDiagnostic("OPT0633", message, "leave --target out");
}

/**
 * The diagnostic for a failed call of the operating system on `path` (as the user typed it); errors of any other kind
 * are bugs and are thrown on. `doing` completes "cannot ..." for codes without a page of their own.
 */
export function ioDiagnostic(error: unknown, doing: string, path: string): Diagnostic {
  const errno = errnoOf(error);
  if (errno === null) throw error;
  const known = errnoCodes[errno];
  if (known !== undefined) return plainDiagnostic(known.code, known.message(path), known.help);
  return plainDiagnostic("OPT0608", `cannot ${doing} ${path}: ${errno}`);
}

/** What `work` gives; `otherwise` where a call of the operating system fails. */
export function unlessFailed<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return otherwise;
  }
}

/** `ENOENT` and the like, or null when the error does not come from a system call or from a path that cannot be one. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  const noPath = error.code === "ERR_INVALID_ARG_VALUE" && error.message.includes("null bytes");
  return "syscall" in error || noPath ? error.code : null;
}
