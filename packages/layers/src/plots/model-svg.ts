import { textWidth } from '../evaluation/text-width.ts';
import { escapeMarkup } from '../history-plots/escape.ts';
import type { PlotSettings } from './dot.ts';
import { type LabelCell, type LayerLabel, layerLabel } from './layer-label.ts';
import type { ModelGraph } from './model-graph.ts';

/** Width of a character of the monospaced font, and sizes of cells, in pixels. */
const CHARACTER = 7.8;
const PADDING = 10;
const ROW = 30;

/** A box with its place in the picture. */
interface PlacedBox {
  readonly label: LayerLabel;
  readonly width: number;
  readonly height: number;
}

/**
 * Returns a graph as an SVG picture, with the boxes of Keras's `plot_model`. Loads the library that places the boxes; pages
 * that draw no model then share no code with it.
 */
export async function svgOf({ boxes, frames, edges }: ModelGraph, settings: PlotSettings): Promise<string> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph({ compound: true });
  graph.setGraph({ rankdir: settings.rankdir, nodesep: 30, ranksep: 40, marginx: 10, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of frames) graph.setNode(id, {});
  const placed = new Map<string, PlacedBox>();
  for (const box of boxes) {
    const sized = boxOf(layerLabel(box, settings));
    placed.set(box.id, sized);
    graph.setNode(box.id, { width: sized.width, height: sized.height });
  }
  for (const { id, frame } of [...frames, ...boxes]) if (frame !== null) graph.setParent(id, frame);
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const placeOf = (id: string): Place => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id);
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const { width = 0, height = 0 } = graph.graph();
  const arrows = edges.map(([from, to]) => {
    const points: readonly { readonly x: number; readonly y: number }[] = graph.edge(from, to).points ?? [];
    const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${pixels(x)} ${pixels(y)}`).join(' ');
    return `<path d="${path}" fill="none" stroke="black" stroke-width="1.5" marker-end="url(#arrow)"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels(width)}" height="${pixels(height)}" ` +
      `viewBox="0 0 ${pixels(width)} ${pixels(height)}" font-family="monospace" font-size="13">`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" markerHeight="7" orient="auto">' +
      '<path d="M0 0L10 5L0 10z"/></marker></defs>',
    `<rect width="100%" height="100%" fill="white"/>`,
    ...frames.map(({ id, label }) => frameOf(placeOf(id), label)),
    ...arrows,
    ...[...placed].map(([id, box]) => drawn(placeOf(id), box)),
    '</svg>',
    '',
  ].join('\n');
}

/** Left upper corner and size of a rectangle, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(label: LayerLabel): PlacedBox {
  const { title, className, activation, cells } = label;
  const rows = 1 + (activation === null ? 0 : 1) + (cells.length === 0 ? 0 : 1);
  const widths = [
    widthOf(`${title}${className}`),
    activation === null ? 0 : widthOf(`Activation: ${activation}`),
    cells.reduce((sum, cell) => sum + widthOf(textOf(cell)), 0),
  ];
  return { label, width: Math.max(...widths), height: rows * ROW };
}

function widthOf(text: string): number {
  return textWidth(text) * CHARACTER + 2 * PADDING;
}

function textOf({ caption, value }: LabelCell): string {
  return caption === '' ? value : `${caption}: ${value}`;
}

function frameOf({ x, y, width, height }: Place, label: string): string {
  return (
    `<rect x="${pixels(x)}" y="${pixels(y)}" width="${pixels(width)}" height="${pixels(height)}" fill="none" stroke="gray" ` +
    `stroke-dasharray="5 4"/><text x="${pixels(x + 6)}" y="${pixels(y + 15)}" fill="gray">${escapeMarkup(label)}</text>`
  );
}

function drawn({ x, y, width }: Place, { label }: PlacedBox): string {
  const { title, className, activation, cells } = label;
  const head = `<tspan font-weight="bold">${escapeMarkup(title)}</tspan>${escapeMarkup(className)}`;
  const parts = [cell({ x, y, width, height: ROW }, head, 'black')];
  let row = 1;
  if (activation !== null) {
    parts.push(cell({ x, y: y + ROW, width, height: ROW }, `Activation: ${escapeMarkup(activation)}`, 'white'));
    row++;
  }
  const wanted = cells.reduce((sum, one) => sum + widthOf(textOf(one)), 0);
  let left = x;
  for (const one of cells) {
    // Cells share the width of the box in proportion to their texts.
    const share = (widthOf(textOf(one)) * width) / wanted;
    parts.push(cell({ x: left, y: y + row * ROW, width: share, height: ROW }, escapeMarkup(textOf(one)), one.color));
    left += share;
  }
  return `<g>${parts.join('')}</g>`;
}

function cell({ x, y, width, height }: Place, markup: string, fill: string): string {
  const color = fill === 'white' ? 'black' : 'white';
  return (
    `<rect x="${pixels(x)}" y="${pixels(y)}" width="${pixels(width)}" height="${pixels(height)}" fill="${fill}" stroke="black"/>` +
    `<text x="${pixels(x + width / 2)}" y="${pixels(y + height / 2 + 4.5)}" text-anchor="middle" fill="${color}">${markup}</text>`
  );
}

function pixels(value: number): number {
  return Math.round(value * 10) / 10;
}
