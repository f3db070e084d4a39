/** Why a server is of no use, in words for people and for programs. */
export type MirrorFault = 'gone' | 'refused' | 'changed' | 'other-file' | 'broken';

/** A place where the image can be had, what is known of it, and how quick it is. */
export class Mirror {
  readonly url: string;
  /** Where the URL has led: asked directly as long as that works, as signed URLs expire. */
  current: string;
  /** Strong entity tag, or time of the last change where there is none. */
  validator: string | undefined;
  entityTag: string | undefined;
  /** Whether several ranges at once are answered; undefined until somebody has tried. */
  multipart: 'trying' | boolean | undefined;
  /** Whether it has answered with a part of the file. */
  hasRanges = false;
  /** In a row. */
  failures = 0;
  fault: MirrorFault | undefined;
  /** What was wrong the last time. */
  problem = '';
  /** Seconds until an answer begins. */
  #latency: number | undefined;
  /** Bytes a second on one connection. */
  #bandwidth: number | undefined;

  constructor(url: string) {
    this.url = url;
    this.current = url;
  }

  get isUsable(): boolean {
    return this.fault === undefined;
  }

  /** Learns from an answer. */
  learn(answer: { readonly latency: number; readonly seconds: number; readonly bytes: number }): void {
    this.#latency = average(this.#latency, answer.latency);
    if (answer.bytes > 65_536 && answer.seconds > 0) {
      this.#bandwidth = average(this.#bandwidth, answer.bytes / answer.seconds);
    }
  }

  /** Bytes that come in the time that one more request costs; 0 where that is too little to matter. */
  gapWorthFetching(connections: number): number {
    const latency = (this.#latency ?? 0) - NEGLIGIBLE_LATENCY;
    if (latency <= 0) return 0;
    return Math.min(LARGEST_GAP, (latency * (this.#bandwidth ?? USUAL_BANDWIDTH)) / connections);
  }

  /** Bytes that are asked for at once, so that a request takes about two seconds. */
  requestLength(): number {
    const wanted = 2 * (this.#bandwidth ?? USUAL_BANDWIDTH);
    return Math.min(LONGEST_REQUEST, Math.max(SHORTEST_REQUEST, wanted));
  }

  fail(problem: string): void {
    this.failures += 1;
    this.problem = problem;
    if (this.failures >= PATIENCE) this.give(problem, 'broken');
  }

  give(problem: string, fault: MirrorFault): void {
    this.problem = problem;
    this.fault ??= fault;
  }
}

/** Failures in a row after which a server is left alone. */
const PATIENCE = 3;

const NEGLIGIBLE_LATENCY = 0.005;
const USUAL_BANDWIDTH = 1_000_000;
const LARGEST_GAP = 131_072;
const SHORTEST_REQUEST = 1_048_576;
const LONGEST_REQUEST = 8 * 1_048_576;

function average(old: number | undefined, now: number): number {
  return old === undefined ? now : 0.7 * old + 0.3 * now;
}
