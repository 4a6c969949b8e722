/** What a process says to the shell. */
export const exitCode = {
  done: 0,
  invalidInput: 1,
  usage: 2,
  verificationFailed: 3,
  internalError: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit code of several parts of one run: the gravest of theirs. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return Math.max(exitCode.done, ...codes) as ExitCode;
}
