import type { FetchProgress } from './fetch-options.ts';

/** Milliseconds between two events. */
const INTERVAL = 100;
/** Milliseconds that the rate is taken over. */
const WINDOW = 3000;

/** Counts what goes over the network and tells somebody, not too often. */
export class TransferMeter {
  bytesFetched = 0;
  requests = 0;
  bytesReused = 0;
  readonly #onProgress: ((progress: FetchProgress) => void) | undefined;
  #phase: FetchProgress['phase'] = 'match';
  #done = 0;
  #total = 0;
  #lastTold = 0;
  /** Times, and the bytes that had been fetched by then. */
  #samples: { readonly time: number; readonly bytes: number }[] = [];

  constructor(onProgress: ((progress: FetchProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** Begins a phase of which `total` bytes are to be done. */
  begin(phase: FetchProgress['phase'], total: number): void {
    this.#phase = phase;
    this.#total = total;
    this.#done = 0;
    this.#samples = [{ time: performance.now(), bytes: this.bytesFetched }];
    this.#tell(0);
  }

  /** Bytes that came in. */
  fetched(bytes: number): void {
    this.bytesFetched += bytes;
    this.#tell(INTERVAL);
  }

  /** What the phase has done in all. */
  at(done: number): void {
    this.#done = Math.min(done, this.#total);
    this.#tell(INTERVAL);
  }

  /** More that the phase has done. */
  advance(bytes: number): void {
    this.at(this.#done + bytes);
  }

  #tell(interval: number): void {
    if (this.#onProgress === undefined) return;
    const time = performance.now();
    if (time - this.#lastTold < interval) return;
    this.#lastTold = time;
    const rate = this.#rate(time);
    const left = this.#total - this.#done;
    this.#onProgress({
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      bytesReused: this.bytesReused,
      bytesFetched: this.bytesFetched,
      rate,
      secondsLeft: rate === 0 ? undefined : left / rate,
    });
  }

  #rate(time: number): number {
    this.#samples.push({ time, bytes: this.bytesFetched });
    while (this.#samples.length > 2 && time - (this.#samples[0]?.time ?? 0) > WINDOW) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || time - first.time < INTERVAL) return 0;
    return ((this.bytesFetched - first.bytes) * 1000) / (time - first.time);
  }
}
