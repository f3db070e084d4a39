/** Steps that take back what was done, for work that fails or is interrupted half way. */
export class Undo {
  readonly #steps: (() => Promise<unknown>)[] = [];

  /** Adds a step, right after what it takes back was done. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  /** Forgets the way back, once all is done. */
  settle(): void {
    this.#steps.length = 0;
  }

  /** Goes the way back, the last step first. What can not be taken back is told, and keeps nothing else from it. */
  async run(tell: (message: string) => void): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      await step().catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
    }
  }
}
