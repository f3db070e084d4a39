/** Something that reads bytes from strangers. */
export interface Target {
  /** Valid inputs, from which damaged ones are made; the same each time. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Reads an input as far as it goes. Rejects with an `AppImageError`, or not at all. */
  readonly read: (input: Uint8Array) => Promise<unknown>;
}

/** An input that did what none may do. */
export interface Finding {
  readonly target: string;
  readonly iteration: number;
  readonly reason: string;
  readonly input: Uint8Array;
}
