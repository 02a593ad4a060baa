import { h, type VNode } from 'vue';
import { BOX_HEIGHT, BOX_WIDTH, layoutGraph } from './graph-layout.ts';
import type { Explanation } from './messages.ts';

/** Draws the graph of operators, with the color of their steps. A click on an operator chooses its step. */
export function graphView({ operators, steps }: Explanation, selected: number, select: (step: number) => void): VNode {
  const { width, height, boxes, lines } = layoutGraph(operators);
  const label = `The graph: ${operators.length} inputs and operators in ${steps.length} steps. The list of steps has their names.`;
  return h('div', { class: 'plan-scroll', tabindex: 0, role: 'group', 'aria-label': 'Graph of operators' }, [
    h('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label }, [
      ...lines.map(({ from, to, path }) => {
        const isInside = operators[to].steps.includes(selected) && operators[from].steps.includes(selected);
        return h('path', { d: path, class: { 'plan-line': true, inside: isInside } });
      }),
      ...operators.map(({ name, type, steps: own, isInput, isOutput }, i) => {
        const { x, y } = boxes[i];
        const step = own[0] ?? 0;
        const names = own.map((each) => each + 1).join(', ');
        return h(
          'g',
          {
            class: [
              'plan-box',
              isInput ? 'plan-input' : `plan-color-${step % 6}`,
              { selected: own.includes(selected), output: isOutput },
            ],
            onClick: () => {
              if (!isInput) select(step);
            },
          },
          [
            h('title', isInput ? `input ${name}: ${type}` : `${name}: ${type}, step ${names}`),
            h('rect', { x, y, width: BOX_WIDTH, height: BOX_HEIGHT, rx: isInput ? BOX_HEIGHT / 2 : 5 }),
            h('text', { x: x + BOX_WIDTH / 2, y: y + 16, 'text-anchor': 'middle' }, name),
            h('text', { x: x + BOX_WIDTH / 2, y: y + 30, 'text-anchor': 'middle', class: 'plan-shape' }, shapeOf(type)),
            isInput ? null : h('text', { x: x + 2, y: y - 4, class: 'plan-number' }, names),
          ],
        );
      }),
    ]),
  ]);
}

/** Returns the lengths of a type: `64 × 10` for `float32[64, 10]`, `scalar` for `float32[]`. */
function shapeOf(type: string): string {
  const [, lengths = ''] = /\[(.*)\]/.exec(type) ?? [];
  return lengths === '' ? 'scalar' : lengths.replaceAll(', ', ' × ');
}
