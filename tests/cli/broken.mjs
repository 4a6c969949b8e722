// Loaded before the program: putting together what was read fails in a way that only a bug could.
Buffer.concat = () => {
  throw new TypeError("a bug");
};
