import { readArgument } from '@manabi/errors';
import type { Layer } from '../layer/layer.ts';
import { layerKind } from '../layer/layer-kind.ts';
import type { Variable } from '../variables/variable.ts';

/**
 * Returns the variables of a layer or model by path, each once, in the order of `weights`, followed by state that is
 * not saved. A variable of the layer itself has a path such as `kernel`, and a variable of a sublayer one such as
 * `dense_1/kernel`. A number is appended to a path that occurs again.
 *
 * @throws ManabiError `argument` for values that are not layers
 * @example
 * ```ts
 * import { keyedVariables } from '@manabi/layers/internal';
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, name: 'scores', inputShape: [2] })]);
 * console.log([...keyedVariables(model).keys()]); // ['scores/kernel', 'scores/bias']
 * ```
 */
export function keyedVariables(root: Layer): Map<string, Variable> {
  const keyed = new Map<string, Variable>();
  const seen = new Set<Variable>();
  const visit = (layer: Layer, prefix: string): void => {
    for (const variable of layer.ownVariables) {
      if (seen.has(variable)) continue;
      seen.add(variable);
      keyed.set(freePath(keyed, `${prefix}${variable.name}`), variable);
    }
    for (const inner of layer.sublayers) visit(inner, `${prefix}${inner.name}/`);
  };
  visit(readArgument('keyedVariables', 'root', root, layerKind), '');
  return keyed;
}

function freePath(keyed: ReadonlyMap<string, unknown>, path: string): string {
  if (!keyed.has(path)) return path;
  let number = 1;
  while (keyed.has(`${path}_${number}`)) number++;
  return `${path}_${number}`;
}
