import type { OpName } from '../graph/graph.ts';
import { contraction } from './contraction/contraction.ts';
import { control } from './control/control.ts';
import { elementwise } from './elementwise/elementwise.ts';
import { indexing } from './indexing/indexing.ts';
import { layout } from './layout/layout.ts';
import type { Operator } from './operator.ts';
import { reduce } from './reduce/reduce.ts';
import { source } from './source/source.ts';
import { window } from './window/window.ts';

/** Every operator by name. Each has a function that returns the types of its results for given operand types. */
export const operators: { readonly [K in OpName]: Operator<K> } = {
  ...source,
  ...elementwise,
  ...reduce,
  ...layout,
  ...indexing,
  ...contraction,
  ...window,
  ...control,
};

/** Names of all operators. */
export const opNames: readonly OpName[] = [
  ...namesOf(source),
  ...namesOf(elementwise),
  ...namesOf(reduce),
  ...namesOf(layout),
  ...namesOf(indexing),
  ...namesOf(contraction),
  ...namesOf(window),
  ...namesOf(control),
];

function namesOf<K extends OpName>(family: { readonly [Op in K]: Operator<Op> }): readonly K[] {
  // Object.keys returns strings in its type; the keys of the table are exactly the operator names.
  return Object.keys(family) as K[];
}
