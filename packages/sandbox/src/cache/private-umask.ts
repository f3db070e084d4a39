let users = 0;
let before = 0;

/**
 * Does something with a umask that lets its owner do everything and nobody else anything: with one that takes rights from the owner,
 * folders would be made that nothing can be written into.
 */
export async function withPrivateUmask<Result>(work: () => Promise<Result>): Promise<Result> {
  // There is one for the whole process: who comes first sets it, and who leaves last takes it back.
  if (users === 0) before = process.umask(0o077);
  users += 1;
  try {
    return await work();
  } finally {
    users -= 1;
    if (users === 0) process.umask(before);
  }
}
