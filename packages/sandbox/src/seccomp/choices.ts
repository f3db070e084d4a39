/** What the filter of system calls lets through besides what every application may do. */
export interface SeccompChoices {
  /** Debuggers and profilers: `ptrace`, `perf_event_open`, `personality` with any value. Default: no. */
  readonly devel?: boolean;
  /** Programs of the machine's older architecture: i386 on x86_64, 32-bit ARM on aarch64. Default: no. */
  readonly multiarch?: boolean;
  /**
   * Namespaces inside the namespace, with the mounts that are made in them: what browsers and Electron build their own sandbox
   * from. It widens what of the kernel can be attacked. Default: no.
   */
  readonly userNamespaces?: boolean;
  /** Bluetooth sockets. Default: no. */
  readonly bluetooth?: boolean;
  /** Sockets of the CAN bus. Default: no. */
  readonly canbus?: boolean;
}
