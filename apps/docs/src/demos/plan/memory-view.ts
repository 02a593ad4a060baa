import { h, type VNode } from 'vue';
import type { ExplainedSlot, Explanation } from './messages.ts';
import { formatBytes } from './sizes.ts';

const WIDTH = 680;
const HEIGHT = 220;
const LEFT = 62;
const TOP = 20;
/** Smallest height of a rectangle that has a label. */
const LABEL_HEIGHT = 14;

/** Draws which intermediate values are in memory during which steps. Values that are never needed together share bytes. */
export function memoryView({ slots, steps, arenas }: Explanation, selected: number): VNode {
  const values = slots.filter(({ arena }) => arena !== null);
  const sum = (of: readonly ExplainedSlot[]) => of.reduce((total, { bytes }) => total + bytes, 0);
  const total = arenas.reduce((size, bytes) => size + bytes, 0);
  const others = (['input', 'output', 'constant'] as const).flatMap((place) => {
    const found = slots.filter((slot) => slot.place === place && slot.over === null);
    return found.length === 0 ? [] : [`${place}s ${formatBytes(sum(found))}`];
  });
  const reused = slots.filter(({ over }) => over !== null);
  const notes = [
    `Besides: ${others.join(', ')}.`,
    ...(reused.length === 0 ? [] : [`${reused.length} results overwrite inputs (${formatBytes(sum(reused))}).`]),
  ];
  if (values.length === 0) {
    return h('p', `No step stores intermediate values: they stay in registers. ${notes.join(' ')}`);
  }
  const saved = `${formatBytes(total)} for ${values.length} intermediate values of ${formatBytes(sum(values))}.`;
  const { reads, writes } = steps[selected] ?? { reads: [], writes: [] };
  const column = (WIDTH - LEFT) / steps.length;
  const begins = arenas.map((_, i) => arenas.slice(0, i).reduce((size, bytes) => size + bytes, 0));
  const y = (byte: number) => TOP + (byte / total) * HEIGHT;
  const label = `Memory: ${saved} ${values.map((slot) => `${slot.label}: ${formatBytes(slot.bytes)} in steps ${slot.from + 1} to ${slot.to + 1}`).join('; ')}`;
  return h('div', [
    h('p', `${saved} ${notes.join(' ')}`),
    h('div', { class: 'plan-scroll', tabindex: 0, role: 'group', 'aria-label': 'Memory by step' }, [
      h(
        'svg',
        {
          viewBox: `0 0 ${WIDTH} ${HEIGHT + TOP + 4}`,
          width: WIDTH,
          height: HEIGHT + TOP + 4,
          role: 'img',
          'aria-label': label,
          class: 'plan-memory',
        },
        [
          h('rect', {
            class: 'plan-column',
            x: LEFT + selected * column,
            y: TOP,
            width: column,
            height: HEIGHT,
          }),
          ...steps.map((_, i) =>
            h('text', { x: LEFT + (i + 0.5) * column, y: 14, 'text-anchor': 'middle' }, String(i + 1)),
          ),
          ...[0, ...begins.slice(1), total].map((byte) => [
            h('path', { class: 'plan-grid', d: `M${LEFT} ${y(byte)}H${WIDTH}` }),
            h('text', { x: LEFT - 6, y: Math.max(y(byte) + 4, TOP + 4), 'text-anchor': 'end' }, formatBytes(byte)),
          ]),
          ...values.map((slot) => {
            const { index, offset } = slot.arena ?? { index: 0, offset: 0 };
            const number = slots.indexOf(slot);
            const x = LEFT + slot.from * column + 1;
            const top = y(begins[index] + offset);
            const height = Math.max(2, (slot.bytes / total) * HEIGHT - 1);
            const width = (slot.to - slot.from + 1) * column - 2;
            const text = width > 90 ? `${slot.label} ${formatBytes(slot.bytes)}` : slot.label;
            return h(
              'g',
              { class: ['plan-slot', { read: reads.includes(number), written: writes.includes(number) }] },
              [
                h('title', `${slot.label}: ${formatBytes(slot.bytes)}`),
                h('rect', { x, y: top, width, height, rx: 2 }),
                height >= LABEL_HEIGHT && width > 24
                  ? h('text', { x: x + width / 2, y: top + height / 2 + 4, 'text-anchor': 'middle' }, text)
                  : null,
              ],
            );
          }),
        ],
      ),
    ]),
    h('p', { class: 'plan-legend' }, [
      h('span', { class: 'plan-key read' }, `step ${selected + 1} reads`),
      h('span', { class: 'plan-key written' }, `step ${selected + 1} writes`),
    ]),
  ]);
}
