import { escapeMarkup } from '../history-plots/escape.ts';
import { type LabelSettings, layerLabel } from './layer-label.ts';
import type { LayerBox, ModelGraph } from './model-graph.ts';

/** Settings of a plot of a model. */
export interface PlotSettings extends LabelSettings {
  readonly rankdir: 'TB' | 'BT' | 'LR' | 'RL';
}

/** Returns a graph in the DOT language of Graphviz, with the boxes of Keras's `plot_model`. */
export function dotOf(graph: ModelGraph, settings: PlotSettings): string {
  return [
    'digraph G {',
    `  graph [rankdir=${settings.rankdir}, concentrate=true, splines=ortho, dpi=200];`,
    '  node [shape=plain, fontname="Helvetica"];',
    '  edge [penwidth=2];',
    ...framed(graph, null, settings, '  '),
    ...graph.edges.map(([from, to]) => `  ${from} -> ${to};`),
    '}',
    '',
  ].join('\n');
}

/** Returns the boxes directly in a frame, and the frames in it. */
function framed(graph: ModelGraph, frame: string | null, settings: PlotSettings, indent: string): readonly string[] {
  const boxes = graph.boxes.filter((box) => box.frame === frame);
  const frames = graph.frames.filter((inner) => inner.frame === frame);
  return [
    ...boxes.map((box) => `${indent}${box.id} [label=<${labelOf(box, settings)}>];`),
    ...frames.flatMap(({ id, label }) => [
      `${indent}subgraph ${id} {`,
      `${indent}  graph [label=<${escapeMarkup(label)}>, labeljust=l, style=dashed, fontname="Helvetica"];`,
      ...framed(graph, id, settings, `${indent}  `),
      `${indent}}`,
    ]),
  ];
}

function labelOf(box: LayerBox, settings: PlotSettings): string {
  const { title, className, activation, cells } = layerLabel(box, settings);
  const span = Math.max(1, cells.length);
  const rows = [
    `<tr><td colspan="${span}" bgcolor="black"><font point-size="16" color="white"><b>${escapeMarkup(title)}</b>` +
      `${escapeMarkup(className)}</font></td></tr>`,
  ];
  if (activation !== null) {
    rows.push(`<tr><td colspan="${span}" bgcolor="white">Activation: <b>${escapeMarkup(activation)}</b></td></tr>`);
  }
  if (cells.length > 0) {
    const texts = cells.map(({ caption, value, color }) => {
      const text = `${caption === '' ? '' : `${caption}: `}<b>${escapeMarkup(value)}</b>`;
      return `<td bgcolor="${color}">${color === 'white' ? text : `<font color="white">${text}</font>`}</td>`;
    });
    rows.push(`<tr>${texts.join('')}</tr>`);
  }
  return `<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${rows.join('')}</table>`;
}
