/** Loads one job after the other, the next one while the results of the one before it are consumed. */
export async function* readAhead<Job, Result>(
  jobs: Iterable<Job> | AsyncIterable<Job>,
  load: (job: Job) => Promise<readonly Result[]>,
): AsyncGenerator<Result, void, undefined> {
  let ahead: Promise<readonly Result[]> | undefined;
  for await (const job of jobs) {
    const loading = load(job);
    loading.catch(() => undefined); // reported when its turn comes; nobody may be left to wait for it
    if (ahead) yield* await ahead;
    ahead = loading;
  }
  if (ahead) yield* await ahead;
}
