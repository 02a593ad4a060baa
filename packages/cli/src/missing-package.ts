/** Thrown if a command needs an optional package that is not installed. */
export class MissingPackage extends Error {
  override readonly name = 'MissingPackage';
  /** Name of the package. */
  readonly packageName: string;

  /** @param purpose purpose of the package, as a verb phrase: `read images` */
  constructor(packageName: string, purpose: string, cause: unknown) {
    super(`${packageName} is required to ${purpose}, and is not installed. Run: npm install ${packageName}`, { cause });
    this.packageName = packageName;
  }
}
