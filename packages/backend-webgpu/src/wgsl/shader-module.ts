/** Declarations that a shader needs outside of its entry point: functions, variables, constants. Each is written once. */
export class ShaderModule {
  readonly #declarations = new Map<string, string>();

  /**
   * Declares something, unless it is declared already. What `write` requires in turn is declared before it.
   *
   * @returns the name
   */
  require(name: string, write: () => string): string {
    if (!this.#declarations.has(name)) {
      // Reserve the name, so that a function is not written again while it is being written.
      this.#declarations.set(name, '');
      const text = write();
      this.#declarations.delete(name);
      this.#declarations.set(name, text);
    }
    return name;
  }

  /** Declares a variable that holds 32 bits, so that no compiler computes with them in advance. */
  readonly bits = (bits: number): string => {
    const digits = (bits >>> 0).toString(16).padStart(8, '0');
    return this.require(`bits_${digits}`, () => `var<private> bits_${digits}: u32 = 0x${digits}u;`);
  };

  /** All declarations, each after those that it requires. */
  text(): string {
    return [...this.#declarations.values()].join('\n');
  }
}
