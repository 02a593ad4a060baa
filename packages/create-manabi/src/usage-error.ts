/** Error for invalid arguments or an unsuitable folder. The program prints its message, and exits with `exitCode`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode: number;

  /** @param exitCode 2 for invalid arguments, 1 for an unsuitable folder */
  constructor(message: string, exitCode: 1 | 2 = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
