import { h, type VNode } from 'vue';
import type { LayerWeights } from './messages.ts';

/** Lists the weights of all layers: a column per unit, and a row per input. */
export function weightTables(features: readonly string[], layers: readonly LayerWeights[]): VNode[] {
  return layers.map(({ units, kernel, bias }, layer) => {
    const columns = Array.from({ length: units }, (_, j) => (layer === layers.length - 1 ? 'output' : `unit ${j + 1}`));
    const inputs = kernel.length / units;
    const names = layer === 0 ? features : Array.from({ length: inputs }, (_, i) => `unit ${i + 1} before`);
    const row = (name: string, values: Float32Array) =>
      h('tr', [h('th', { scope: 'row' }, name), ...Array.from(values, (value) => h('td', value.toFixed(2)))]);
    const title = layer === layers.length - 1 ? 'Output layer' : `Hidden layer ${layer + 1}`;
    return h('div', { class: 'boundary-table', role: 'group', 'aria-label': title, tabindex: 0 }, [
      h('table', [
        h('caption', title),
        h('thead', [h('tr', [h('td'), ...columns.map((name) => h('th', { scope: 'col' }, name))])]),
        h('tbody', [
          ...Array.from({ length: inputs }, (_, i) => row(names[i] ?? '', kernel.subarray(i * units, (i + 1) * units))),
          row('bias', bias),
        ]),
      ]),
    ]);
  });
}
