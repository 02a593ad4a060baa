import { h, type VNode } from 'vue';
import type { ExplainedStep, Explanation } from './messages.ts';
import { formatBytes, formatTime } from './sizes.ts';

/** Lists the steps with the operators that are fused into them, their bytes and their share of the time. */
export function stepsView({ steps }: Explanation, selected: number, select: (step: number) => void): VNode {
  const total = totalTime(steps);
  return h(
    'ol',
    { class: 'plan-steps' },
    steps.map((step, i) => {
      const share = step.milliseconds === null || total === 0 ? null : step.milliseconds / total;
      const bar = share === null ? 0 : Math.round(100 * share);
      return h('li', { class: { selected: i === selected } }, [
        h('button', { type: 'button', 'aria-pressed': i === selected, onClick: () => select(i) }, [
          h('span', { class: ['plan-step-number', `plan-color-${i % 6}`] }, String(i + 1)),
          h('span', { class: 'plan-step-operators' }, step.operators.join(', ')),
          h('span', { class: 'plan-step-figures' }, [
            h('span', `${countText(step.operations)} operations, ${formatBytes(step.bytes)} `),
            step.milliseconds === null ? null : h('strong', `${formatTime(step.milliseconds)}, ${bar} %`),
          ]),
          share === null ? null : h('span', { class: 'plan-bar' }, [h('span', { style: `width: ${bar}%` })]),
        ]),
      ]);
    }),
  );
}

/** Returns the time of all steps in milliseconds; 0 if it was not measured. */
export function totalTime(steps: readonly ExplainedStep[]): number {
  return steps.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
}

function countText(count: number): string {
  if (count < 1000) return String(Math.round(count));
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} thousand` : `${(count / 1e6).toFixed(1)} million`;
}
