/** Declarations of a shader outside its entry point: functions, variables and constants. Each is written once. */
export class ShaderModule {
  readonly #declarations = new Map<string, string>();

  /**
   * Adds the declaration returned by `write`, unless the name is already declared. Declarations that `write` requires
   * in turn are added before it.
   *
   * @returns `name`
   */
  require(name: string, write: () => string): string {
    if (!this.#declarations.has(name)) {
      // Reserves the name, because `write` may require it again.
      this.#declarations.set(name, '');
      const text = write();
      this.#declarations.delete(name);
      this.#declarations.set(name, text);
    }
    return name;
  }

  /**
   * Declares a variable with the given 32 bits and returns its name. A variable keeps compilers from computing with the
   * bits in advance.
   */
  readonly bits = (bits: number): string => {
    const digits = (bits >>> 0).toString(16).padStart(8, '0');
    return this.require(`bits_${digits}`, () => `var<private> bits_${digits}: u32 = 0x${digits}u;`);
  };

  /** Returns all declarations, each after those that it requires. */
  text(): string {
    return [...this.#declarations.values()].join('\n');
  }
}
