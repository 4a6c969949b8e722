import type { EndingSignal } from "./signals.ts";

/** What a process says to the shell. */
export const exitCode = {
  done: 0,
  invalidInput: 1,
  usage: 2,
  verificationFailed: 3,
  internalError: 4,
  /** As a shell reports a process that a signal ended: 128 and the signal's number. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** For work that a signal ended in good order. */
export function signalCode(signal: EndingSignal): ExitCode {
  switch (signal) {
    case "SIGINT":
      return exitCode.interrupted;
    case "SIGTERM":
      return exitCode.terminated;
    case "SIGHUP":
      return exitCode.hungUp;
  }
}

/** The exit code of a run of several parts: the most severe. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return Math.max(exitCode.done, ...codes) as ExitCode;
}

/** Takes the code with which the process will end. */
export type Ending = (code: ExitCode) => void;
