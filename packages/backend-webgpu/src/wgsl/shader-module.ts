/**
 * Collects the declarations of a shader outside its entry point: functions, variables and constants. Each name is
 * declared once.
 */
export class ShaderModule {
  readonly #declarations = new Map<string, string>();

  /**
   * Adds the declaration that `write` returns, unless the name is already declared. `write` may call `require` for the
   * declarations that it uses; these are placed first.
   *
   * @returns `name`
   */
  require(name: string, write: () => string): string {
    if (!this.#declarations.has(name)) {
      // Marks the name as declared before calling `write`, which may itself require the same name.
      this.#declarations.set(name, '');
      const text = write();
      this.#declarations.delete(name);
      this.#declarations.set(name, text);
    }
    return name;
  }

  /**
   * Declares a variable with the given 32 bits and returns its name. Shader compilers would evaluate a constant in
   * advance and reject or change values such as NaN; they cannot do this with a variable.
   */
  readonly bits = (bits: number): string => {
    const digits = (bits >>> 0).toString(16).padStart(8, '0');
    return this.require(`bits_${digits}`, () => `var<private> bits_${digits}: u32 = 0x${digits}u;`);
  };

  /** Returns all declarations as WGSL code, in an order in which each follows those that it uses. */
  text(): string {
    return [...this.#declarations.values()].join('\n');
  }
}
