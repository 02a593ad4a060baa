import type { Section } from './curves.ts';
import { html, scrolling, table } from './dom.ts';
import { countText } from './format.ts';
import type { RunState } from './run-state.ts';

/** Creates the layers of the model and the options of `compile`. */
export function modelSection(run: () => RunState | null): Section {
  const body = html('div', {});
  const element = html('section', { 'aria-labelledby': 'model' }, html('h2', { id: 'model' }, 'Model'), body);
  let shown: unknown = null;
  return {
    element,
    draw: () => {
      const started = run()?.started ?? null;
      element.hidden = started === null;
      if (started === null || started === shown) return;
      shown = started;
      const { model, compile, backend } = started;
      const facts: readonly (readonly [string, string])[] = [
        ['Model', `${model.name} (${model.className})`],
        ['Parameters', `${countText(model.parameters)}, of which ${countText(model.trainableParameters)} are trained`],
        ['Optimizer', compile.optimizer],
        ['Loss', compile.loss],
        ['Metrics', compile.metrics.length === 0 ? 'none' : compile.metrics.join(', ')],
        ['Backend', backend],
      ];
      const rows = model.layers.map(({ name, className, outputShape, parameters, trainable }) => [
        name,
        className,
        outputShape,
        countText(parameters),
        parameters === 0 ? '' : trainable ? 'yes' : 'no',
      ]);
      body.replaceChildren(
        html('dl', {}, ...facts.map(([term, text]) => html('div', {}, html('dt', {}, term), html('dd', {}, text)))),
        scrolling(
          'Table of the layers',
          table('Layers of the model', ['layer', 'class', 'output shape', 'parameters', 'trained'], rows),
        ),
      );
    },
  };
}
