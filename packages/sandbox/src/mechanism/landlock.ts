/** What Landlock adds to the rules about files, which follow from the arguments of the confinement. */
export interface LandlockChoices {
  /**
   * Whether abstract Unix sockets of the outside can be connected to (ABI 6). They belong to the network namespace, so that an
   * application that shares the host's network would reach them all. Default: `denied`.
   */
  readonly abstractSockets?: 'denied' | 'allowed';
  /** Whether processes of the outside can be signalled (ABI 6). Default: `denied`. */
  readonly signals?: 'denied' | 'allowed';
  /** Whether TCP ports can be bound and connected to (ABI 4). Default: `allowed`: the network namespace decides. */
  readonly tcp?: 'denied' | 'allowed';
}
