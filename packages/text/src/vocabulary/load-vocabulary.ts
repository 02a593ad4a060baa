import { readOptions } from '@manabi/errors';
import { type FileSource, type ReadOptions, readKinds, readText } from '@manabi/files';

/**
 * Loads a vocabulary from a text file with one token per line, for the option `vocabulary` of `layers.stringLookup`,
 * `layers.textVectorization` and, after `tokens.map(Number)`, `layers.integerLookup`. In Keras, these layers read such a
 * file themselves. Lines end with `\n` or `\r\n`, which the last line may lack; spaces are part of a token. An empty line is
 * the empty string, which Keras rejects.
 *
 * @param source path, URL or `Blob` of the file
 * @throws FileError if the file cannot be read, or is not UTF-8
 * @example
 * ```ts
 * import { text } from 'manabi';
 *
 * const vocabulary = await text.loadVocabulary(new Blob(['red\ngreen\n']));
 * console.log(vocabulary); // ['red', 'green']
 * ```
 */
export async function loadVocabulary(source: FileSource, options: ReadOptions = {}): Promise<string[]> {
  const text = await readText(source, readOptions('loadVocabulary', options, readKinds));
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
