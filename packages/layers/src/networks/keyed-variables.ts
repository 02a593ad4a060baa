import { readArgument } from '@manabi/errors';
import type { Layer } from '../layer/layer.ts';
import { layerKind } from '../layer/layer-kind.ts';
import type { Variable } from '../variables/variable.ts';

/**
 * The variables of a layer or model by their paths within it, in the order of `weights`, with what else is kept between
 * runs, each once: `kernel` for its own, `dense_1/kernel` for those of a layer in it. Where two layers have one name, the
 * later paths get a number.
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
