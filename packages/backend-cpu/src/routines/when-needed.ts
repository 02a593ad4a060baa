import { loadFormulas, type Plan, type RoutineTable, routineTable } from '@manabi/compiler';
import { attributeGraphs, type Graph } from '@manabi/ir';
import type { CpuRoutineName } from '../target.ts';
import { basic } from './basic.ts';
import { type Emitters, stepsWithin } from './emitters.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

/** Downloads a module with emitters, and with descriptions of routines that are not in `routineTable`. */
type Load = () => Promise<{ readonly later: Partial<Emitters>; readonly descriptions?: RoutineTable }>;

let emitters: Partial<Emitters> = basic;
let table: RoutineTable = routineTable;

const loadConvolutions: Load = () => import('./convolutions.ts');
// One file for several routines: bundlers divide the code that a further file shares with the backend.
const loadFurther: Load = () => import('./further.ts');

function add({ later, descriptions }: Awaited<ReturnType<Load>>): void {
  emitters = { ...emitters, ...later };
  table = { ...table, ...descriptions };
}

/** Functions that download the emitters of the routines that are not in `basic`. `descriptionsFor` loads those of attention. */
const loaders: Readonly<Record<string, Load>> = {
  depthwise: loadConvolutions,
  winograd: loadConvolutions,
  topK: loadFurther,
  matMulInteger: loadFurther,
} satisfies { readonly [K in Exclude<CpuRoutineName, keyof typeof basic | 'attention'>]: Load };

/**
 * See `at-once.ts`. The descriptions of the routines of attention are downloaded for the first graph with attention, and so are
 * rare formulas.
 */
export function descriptionsFor(graph: Graph): RoutineTable | Promise<void> {
  const attention = hasAttention(graph) && !table.attention ? loadFurther().then(add) : null;
  const formulas = loadFormulas(graph);
  return attention || formulas ? Promise.all([attention, formulas]).then(() => {}) : table;
}

/** Returns true if a graph, or a graph within it, has attention. */
function hasAttention({ nodes }: Graph): boolean {
  return nodes.some(
    (node) =>
      (node.op === 'call' && node.attributes.name.startsWith('attention')) ||
      attributeGraphs(node).some(([, graph]) => hasAttention(graph)),
  );
}

/**
 * See `at-once.ts`. The code of routines that only convolutions, quantized models, or sorting and selection need is downloaded
 * for the first plan that has them.
 */
export function emittersFor(plan: Plan): Partial<Emitters> | Promise<Partial<Emitters>> {
  const names = stepsWithin(plan).flatMap((step) => (step.kind === 'routine' ? [step.name] : []));
  // Unknown names are reported when the plan is compiled.
  const missing = names.filter((name) => !Object.hasOwn(emitters, name) && Object.hasOwn(loaders, name));
  if (missing.length === 0) return emitters;
  return Promise.all(missing.map((name) => loaders[name]())).then((loaded) => {
    loaded.forEach(add);
    return emitters;
  });
}
