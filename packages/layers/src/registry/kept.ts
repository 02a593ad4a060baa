const kept: object[] = [];

/** Keeps modules in the file of whoever imports them, where bundlers then find what `import()` asks for later. */
export function keepInFile(...modules: readonly object[]): void {
  kept.push(...modules);
}
