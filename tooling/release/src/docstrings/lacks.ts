import { parseDocstring } from '../api/docstring.ts';
import { exceptions } from './exceptions.ts';
import { parseExample } from './parse-example.ts';
import type { PublicSymbol } from './public-symbols.ts';

/** A part that documentation can lack. */
export type Part = 'docstring' | 'example' | 'block' | 'output' | 'errors' | 'shapes';

/** What the documentation of a symbol lacks. */
export interface Lack {
  readonly lacks: Part;
  /** Description of the part for messages. */
  readonly detail: string;
}

/** A public symbol, and what its documentation lacks. */
export interface Gap extends Lack {
  readonly symbol: PublicSymbol;
}

/**
 * Finds what the documentation of a public symbol lacks. Every symbol needs a docstring. Functions, classes and callable
 * constants also need an example that prints something, `@throws` if they throw errors of manabi, and shapes if they
 * return tensors or create layers.
 *
 * @param wayToThrow returns the calls from a function to a `throw`, or null
 */
export function lacksOf(
  symbol: PublicSymbol,
  wayToThrow: (symbol: PublicSymbol) => readonly string[] | null,
): readonly Lack[] {
  const { name, entry, kind, doc } = symbol;
  if (kind === 'namespace') return [];
  if (doc === null) return [{ lacks: 'docstring', detail: 'a docstring' }];
  if (hasInlineExample(doc)) return [{ lacks: 'block', detail: 'an example in a block of code' }];
  if (kind !== 'callable') return [];
  const lacks: Lack[] = [];
  const { examples, description, params, returns, throws } = parseDocstring(doc);
  const isPrinting = examples.some(
    ({ code, runs }) => !runs || parseExample(code, 1).statements.some(({ claim }) => claim),
  );
  if (examples.length === 0) lacks.push({ lacks: 'example', detail: 'an example' });
  else if (!isPrinting) lacks.push({ lacks: 'output', detail: 'an example that prints its result' });
  const way = throws.length > 0 ? null : wayToThrow(symbol);
  if (way) lacks.push({ lacks: 'errors', detail: `@throws for the error thrown by ${way.join(' > ')}` });
  const texts = [description, ...Object.values(params), returns ?? '', ...throws].join(' ');
  if (needsShapes(symbol) && !shapeWords.test(texts))
    lacks.push({ lacks: 'shapes', detail: 'the shapes of its tensors' });
  return lacks.filter(({ lacks: part }) => exceptions[`${entry} ${name}`]?.[part] === undefined);
}

/** Returns whether a docstring has an `@example` outside a code block, which cannot be run. */
const hasInlineExample = (doc: string): boolean => /@example[ \t]+\S/.test(doc);

const needsShapes = ({ entry, result }: PublicSymbol): boolean =>
  result !== null && (/(?<! is )\bTensor\b/.test(result) || entry === '@manabi/layers/layers');

/** Words that state shapes: `[batch, steps]`, a shape, or how the result relates to the operands. */
const shapeWords =
  /\[[^\]]*\]|\b(?:shape|shapes|scalar|elementwise|elements?|broadcasts?|axis|axes|rank|length|lengths|vectors?|matrix|matrices|row|rows)\b/i;
