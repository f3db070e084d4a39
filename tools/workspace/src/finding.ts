/** One thing that a check has against the repository. */
export interface Finding {
  /** Path from the root of the repository, with `:line` where one is known. */
  readonly where: string;
  /** What was expected and what was found, in one line. */
  readonly message: string;
  /** `warning` is told and changes nothing; the default is `error`. */
  readonly severity?: 'error' | 'warning';
}

/**
 * Prints the findings and a closing line, and sets the exit status of the process: 1 when one of them is an error.
 *
 * @param checked what was looked at, for the closing line: "7 packages, 31 imports"
 */
export function report(check: string, checked: string, findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity !== 'warning');
  for (const { where, message, severity } of findings) {
    process.stderr.write(`${where}: ${severity === 'warning' ? 'warning: ' : ''}${message}\n`);
  }
  process.stdout.write(`${check}: ${checked}, ${errors.length === 0 ? 'nothing found' : `${errors.length} found`}\n`);
  if (errors.length > 0) process.exitCode = 1;
}
