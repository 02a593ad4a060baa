import { h, type VNode } from 'vue';
import { chart } from '../../../plots/chart.ts';
import type { Point } from '../../../plots/thin.ts';
import type { FileFormat, Output, Progress } from '../messages.ts';

/** Curves of a training. */
export interface Curves {
  readonly loss: readonly Point[];
  readonly accuracy: readonly Point[];
  readonly heldOut: readonly Point[];
}

export const noCurves: Curves = { loss: [], accuracy: [], heldOut: [] };

/** Adds a report to the curves; those of a new training start again. */
export function withReport(curves: Curves, { phase, progress }: Output): Curves {
  if (phase === 'none') return noCurves;
  const last = curves.loss[curves.loss.length - 1];
  if (last !== undefined && last[0] === progress.step) return curves;
  const before = last === undefined || progress.step < last[0] ? noCurves : curves;
  const { step, loss, accuracy, heldOut } = progress;
  return {
    loss: [...before.loss, [step, loss]],
    accuracy: [...before.accuracy, [step, 100 * accuracy]],
    heldOut: heldOut === null ? [] : [...before.heldOut, [step, 100 * heldOut]],
  };
}

/** What the reader can do with a trained network. */
export interface TrainingActions {
  readonly fineTune: () => void;
  readonly save: (format: FileFormat) => void;
  /** Names of the classes in the file that was saved last; null before. */
  readonly saved: readonly string[] | null;
}

/** How far the training is, its curves, and what can be done with the network. */
export function trainingView(output: Output | null, curves: Curves, { fineTune, save, saved }: TrainingActions): VNode {
  const isTrained = output !== null && output.phase !== 'none';
  const texts = { step: 'step', values: 'Values' };
  const withTable = output?.isComplete ?? false;
  return h('div', { class: 'pictures-training' }, [
    h('h2', { class: 'pictures-heading' }, 'Training'),
    h('p', { class: 'demo-summary' }, summaryOf(output)),
    h('div', { class: 'pictures-actions' }, [
      h(
        'button',
        {
          type: 'button',
          disabled: !isTrained || !output.isComplete || output.phase === 'fineTuning',
          onClick: fineTune,
        },
        'Fine-tune',
      ),
      h('button', { type: 'button', disabled: !isTrained, onClick: () => save('keras') }, 'Download .keras'),
      h('button', { type: 'button', disabled: !isTrained, onClick: () => save('onnx') }, 'Download ONNX'),
    ]),
    saved === null
      ? null
      : h(
          'p',
          { class: 'pictures-count', role: 'status' },
          `The file takes pictures as [n, 96, 96, 3], red, green and blue from 0 to 255. Its outputs are the probabilities of ${saved.join(', ')}, in this order.`,
        ),
    h('div', { class: 'pictures-charts' }, [
      h('div', { innerHTML: chart('Loss', [{ label: 'training', points: curves.loss }], texts, withTable) }),
      h('div', {
        innerHTML: chart(
          'Accuracy in percent',
          [
            { label: 'training', points: curves.accuracy },
            { label: 'held out', points: curves.heldOut },
          ],
          texts,
          withTable,
        ),
      }),
    ]),
  ]);
}

function summaryOf(output: Output | null): string {
  if (output === null || output.phase === 'none') return 'Not trained yet.';
  const { progress, pictures, phase } = output;
  return `Step ${progress.step}. ${phase === 'head' ? 'The new layer trains' : 'The last convolution trains, too'}. Loss ${progress.loss.toFixed(3)}. ${accuracyText(progress, pictures)}`;
}

function accuracyText({ accuracy, heldOut }: Progress, pictures: Output['pictures']): string {
  const part = (share: number, count: number) => `${Math.round(share * count)} of ${count}`;
  const trained = `The network recognizes ${part(accuracy, pictures.train)} training pictures`;
  return heldOut === null
    ? `${trained}. With five pictures of a class, one is held out for a test.`
    : `${trained} and ${part(heldOut, pictures.heldOut)} held-out pictures.`;
}
