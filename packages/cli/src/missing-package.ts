/** An optional package that a command needs is not installed; the message says how to install it. */
export class MissingPackage extends Error {
  override readonly name = 'MissingPackage';
  /** The package. */
  readonly packageName: string;

  /** @param purpose what it is needed for: `images are read` */
  constructor(packageName: string, purpose: string, cause: unknown) {
    super(`${purpose} by ${packageName}, which is not installed here: npm install ${packageName}`, { cause });
    this.packageName = packageName;
  }
}
