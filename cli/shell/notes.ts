/** What a process says to the shell, in words. */
export const exitNotes: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "invalid input"],
  ["2", "usage"],
  ["3", "verification failed or target missed"],
  ["4", "internal error"],
  ["130 or 143", "interrupted"],
];

/** Environment variables that optinc reads. */
export const environmentNotes: readonly (readonly [name: string, meaning: string])[] = [
  ["NO_COLOR", "when it is set and not empty, nothing is coloured"],
  ["FORCE_COLOR", "colours also where no terminal reads, and decides before NO_COLOR"],
  ["OPTINC_CACHE", "the directory of `optinc cache`"],
  ["OPTINC_DEBUG", "1 shows the stack of an internal error"],
];
