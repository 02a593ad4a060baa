import type { Model } from '@manabi/layers';
import type { CompileSummary, ModelSummary } from '../records/record.ts';
import { identifierText } from './identifier-text.ts';

/** Returns the layers and parameter counts of a model. */
export function modelSummary(model: Model): ModelSummary {
  const types = model.layerOutputTypes;
  return {
    name: model.name,
    className: model.className,
    layers: model.layers.map((layer) => ({
      name: layer.name,
      className: layer.className,
      outputShape: (types.get(layer) ?? [])
        .map(({ shape }) => `[${shape.map((length) => length ?? 'null').join(', ')}]`)
        .join(', '),
      parameters: sizeOf(layer.weights),
      trainable: layer.trainableWeights.length > 0,
    })),
    parameters: sizeOf(model.weights),
    trainableParameters: sizeOf(model.trainableWeights),
  };
}

function sizeOf(weights: readonly { readonly size: number }[]): number {
  return weights.reduce((sum, { size }) => sum + size, 0);
}

/** Returns the options of `compile` as text. */
export function compileSummary({ compilation }: Model): CompileSummary {
  const { optimizer, options } = compilation;
  const settings = Object.entries(optimizer.config).flatMap(([name, value]) => {
    if (typeof value === 'number' || typeof value === 'boolean') return [`${name}: ${value}`];
    return typeof value === 'object' && value !== null ? [`${name}: ${identifierText(value)}`] : [];
  });
  const metrics = [options.metrics, options.weightedMetrics].flatMap((given) =>
    given === undefined || given === null
      ? []
      : Array.isArray(given)
        ? given.map(identifierText)
        : [identifierText(given)],
  );
  return {
    optimizer: settings.length === 0 ? optimizer.name : `${optimizer.name} { ${settings.join(', ')} }`,
    loss: identifierText(options.loss),
    metrics,
  };
}
