/** Values for the options of a program, by name. */
export type ProgramOptions = Readonly<Record<string, number | string>>;

/**
 * Returns the options that the page passes to an edited program: those whose defaults the reader has not changed. Otherwise, a
 * change of `epochs: 5` in the editor would have no effect.
 *
 * @param original text of the program in the page
 * @param edited text in the editor
 */
export function optionsOfEdited(original: string, edited: string, options: ProgramOptions): ProgramOptions {
  const defaultIn = (text: string, name: string) => new RegExp(`\\b${name}: ([^,}\\n]+)`).exec(text)?.[1].trim();
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => defaultIn(original, name) === defaultIn(edited, name)),
  );
}
