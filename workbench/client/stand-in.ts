// Takes the place of node:crypto and node:worker_threads in the bundle: trained and imported networks alone need them, which a page refuses.

function absent(): never {
  throw new Error("a page has no modules of Node");
}

export const createHash: () => never = absent;
export const Worker: () => never = absent;
