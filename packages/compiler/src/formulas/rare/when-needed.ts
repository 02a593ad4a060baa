import { attributeGraphs, type Graph } from '@manabi/ir';
import type { Algebra } from '../algebra.ts';
import type { Formula } from '../formula.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

type Functions = typeof import('./functions.ts');

const names: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'asin', 'atan', 'rem'] satisfies (keyof Functions)[]);
let loaded: Functions | null = null;

function loadedLater(name: keyof Functions): Formula {
  return <X>(algebra: Algebra<X>, x: X, y: X): X => {
    if (loaded === null) throw new Error(`The formula ${name} is used before loadFormulas has loaded it.`);
    return loaded[name](algebra, x, y);
  };
}

export const sin = loadedLater('sin');
export const cos = loadedLater('cos');
export const tan = loadedLater('tan');
export const asin = loadedLater('asin');
export const atan = loadedLater('atan');
export const rem = loadedLater('rem');

/** See `at-once.ts`. The formulas that few networks use are downloaded for the first graph that uses one. */
export function loadFormulas(graph: Graph): Promise<void> | null {
  if (loaded !== null || !hasRare(graph)) return null;
  return import('./functions.ts').then((functions) => {
    loaded = functions;
  });
}

/** Returns true if a graph, or a graph within it, has an operator with a rare formula. */
function hasRare({ nodes }: Graph): boolean {
  return nodes.some((node) => names.has(node.op) || attributeGraphs(node).some(([, inner]) => hasRare(inner)));
}
