/** UTF-16 code units. */
export const LONGEST_NAME = 128;

/** Of names that are in the file of a circuit: what cannot be seen, bends the line, or ends a string elsewhere. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Why a circuit, a port, a section, a mesh, a signal or a cell cannot have the name, or null when it can. Names become
 * parts of file names, comments of netlists and lines of reports, so that none may leave its place in them.
 */
export function nameProblem(name: string): string | null {
  if (name.length === 0) {
    return "a name is empty";
  }
  if (name.length > LONGEST_NAME) {
    return `a name has ${name.length} characters, more than ${LONGEST_NAME}`;
  }
  const unseen = UNSEEN.exec(name);
  if (unseen !== null) {
    const code = unseen[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return `a name has the control character U+${code}`;
  }
  if (/[/\\]/.test(name)) {
    return `the name ${JSON.stringify(name)} has a path separator`;
  }
  if (/^[.\s-]|\s$|^[A-Za-z]:/.test(name) || name === "__proto__") {
    return `the name ${JSON.stringify(name)} means something else to a file system or a program`;
  }
  return null;
}
