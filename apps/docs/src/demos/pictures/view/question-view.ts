import { h, type VNode } from 'vue';
import { probabilityBars } from '../../digits/probability-bars.ts';
import type { Picture } from '../messages.ts';
import { acceptDrops, FileButton } from './file-button.ts';
import { PictureView } from './picture-view.ts';

/** What the network says of a new picture. */
export interface QuestionProps {
  readonly picture: Picture | null;
  /** Null before there is an answer to this picture. */
  readonly probabilities: readonly number[] | null;
  readonly names: readonly string[];
  readonly isLive: boolean;
  readonly hasCamera: boolean;
  readonly hasSamples: boolean;
  readonly ask: (files: readonly File[]) => void;
  readonly askSample: () => void;
}

/** The picture that the reader asks about, and the probability of each class. */
export function questionView(props: QuestionProps): VNode {
  const { picture, probabilities, names, hasCamera, hasSamples, ask, askSample } = props;
  return h('div', { class: 'pictures-question', ...acceptDrops(ask) }, [
    h('h2', { class: 'pictures-heading' }, 'Classify a new picture'),
    h('div', { class: 'pictures-actions' }, [
      h(FileButton, {
        text: 'Choose a file',
        label: 'Choose a file to classify',
        multiple: false,
        disabled: hasCamera,
        onFiles: ask,
      }),
      hasSamples ? h('button', { type: 'button', disabled: hasCamera, onClick: askSample }, 'Draw a sample') : null,
    ]),
    h('div', { class: 'pictures-answer' }, [
      picture === null
        ? h(
            'p',
            { class: 'pictures-count' },
            hasCamera ? 'The camera is classified once the network trains.' : 'Drop a picture here.',
          )
        : h(PictureView, { pixels: picture.pixels, label: 'The picture to classify' }),
      h('div', [
        h('p', { class: 'pictures-says' }, answerText(props)),
        probabilityBars(probabilities, names, 'Probability of each class'),
      ]),
    ]),
  ]);
}

function answerText({ picture, probabilities, names, isLive }: QuestionProps): string {
  if (picture === null) return 'The network has no picture to classify.';
  if (probabilities === null) return isLive ? 'The network has not answered yet.' : 'Press Start to train the network.';
  const best = Math.max(...probabilities);
  return `The network sees: ${names[probabilities.indexOf(best)]} (${Math.round(100 * best)} %).`;
}
