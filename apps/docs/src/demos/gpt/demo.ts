import { computed, defineComponent, h, ref } from 'vue';
import './gpt.css';
import { chart } from '../../plots/chart.ts';
import type { Point } from '../../plots/thin.ts';
import { DemoFrame } from '../shared/demo-frame.ts';
import { useDemo } from '../shared/use-demo.ts';
import type { GptInput, GptOutput } from './messages.ts';
import { sonnets } from './sonnets.ts';

const texts = { step: 'step', values: 'Values' };

/** Trains a small GPT on a text that the reader pastes, and shows what it writes meanwhile. */
export const GptDemo = defineComponent({
  setup() {
    const text = ref(sonnets);
    /** The text that the network learns. */
    const learned = ref('');
    const prompt = ref('Love ');
    const temperature = ref(0.7);
    const output = ref<GptOutput | null>(null);
    const training = ref<readonly Point[]>([]);
    const validation = ref<readonly Point[]>([]);

    const textInput = (): GptInput => ({ kind: 'text', text: text.value });
    const writingInput = (): GptInput => ({ kind: 'writing', prompt: prompt.value, temperature: temperature.value });
    const demo = useDemo<GptInput, GptOutput>({
      name: 'gpt',
      operations: 1e8,
      initial: () => {
        learned.value = text.value;
        return [writingInput(), textInput()];
      },
      show: (next) => {
        output.value = next;
        training.value = [...training.value, ...next.losses.map((loss): Point => [loss.step, loss.training])];
        const validated = next.losses.flatMap((loss): Point[] =>
          loss.validation === null ? [] : [[loss.step, loss.validation]],
        );
        validation.value = [...validation.value, ...validated];
      },
      clear,
    });

    function clear(): void {
      output.value = null;
      training.value = [];
      validation.value = [];
    }

    function learn(): void {
      clear();
      demo.reset();
      demo.start();
    }

    const curves = computed(() =>
      chart(
        'Loss per character',
        [
          { label: 'text', points: smoothed(training.value) },
          { label: 'unseen end of the text', points: validation.value },
        ],
        texts,
        demo.state.value === 'paused' || demo.state.value === 'finished',
      ),
    );

    const field = (id: string, label: string, control: ReturnType<typeof h>) =>
      h('div', { class: 'gpt-field' }, [h('label', { for: id }, label), control]);

    const controls = () =>
      h('div', { class: 'gpt-controls' }, [
        field(
          'gpt-prompt',
          'Prompt',
          h('input', {
            id: 'gpt-prompt',
            type: 'text',
            value: prompt.value,
            maxlength: 40,
            onInput: ({ target }: Event) => {
              prompt.value = target instanceof HTMLInputElement ? target.value : '';
              demo.send(writingInput());
            },
          }),
        ),
        field(
          'gpt-temperature',
          `Temperature ${temperature.value.toFixed(1)}`,
          h('input', {
            id: 'gpt-temperature',
            type: 'range',
            min: 0,
            max: 1.5,
            step: 0.1,
            value: temperature.value,
            onInput: ({ target }: Event) => {
              temperature.value = target instanceof HTMLInputElement ? Number(target.value) : 0.7;
              demo.send(writingInput());
            },
          }),
        ),
        h(
          'button',
          { type: 'button', disabled: !demo.isLive.value, onClick: () => demo.send({ kind: 'write' }) },
          'Write now',
        ),
      ]);

    const written = () => {
      const { sample = '', sampleStep = 0, unknown = '' } = output.value ?? {};
      return h('div', [
        h(
          'p',
          { class: 'gpt-caption' },
          output.value === null ? 'What the network writes:' : `Written after step ${sampleStep}:`,
        ),
        h('div', { class: 'gpt-sample', tabindex: 0, role: 'group', 'aria-label': 'Text that the network writes' }, [
          h('span', { class: 'gpt-prompt' }, prompt.value),
          sample,
        ]),
        unknown === ''
          ? null
          : h(
              'p',
              { class: 'gpt-caption' },
              `The text has no ${Array.from(unknown).join(' ')}, so the network leaves that out.`,
            ),
      ]);
    };

    const facts = computed(() => {
      if (output.value === null) return 'The network has not learned anything yet.';
      const { step, vocabulary, parameters, speed } = output.value;
      const rate = speed === 0 ? '' : ` ${Math.round(speed).toLocaleString('en-US')} characters per second.`;
      return `Step ${step}. ${vocabulary} different characters, ${parameters.toLocaleString('en-US')} weights.${rate}`;
    });

    return () =>
      h(DemoFrame, { title: 'A small GPT', controls: demo }, () => [
        field(
          'gpt-text',
          'Text to learn',
          h('textarea', {
            id: 'gpt-text',
            rows: 8,
            spellcheck: false,
            value: text.value,
            onInput: ({ target }: Event) => {
              text.value = target instanceof HTMLTextAreaElement ? target.value : '';
            },
          }),
        ),
        h('p', { class: 'gpt-caption' }, [
          `${text.value.length.toLocaleString('en-US')} characters. `,
          demo.isLive.value && text.value !== learned.value
            ? h('button', { type: 'button', onClick: learn }, 'Learn the new text')
            : text.value === sonnets
              ? 'Seven sonnets by William Shakespeare (1609, public domain). Paste any text of a few thousand characters.'
              : null,
        ]),
        controls(),
        h('div', { class: 'gpt-results' }, [
          written(),
          h('div', [
            h('p', { class: 'demo-summary' }, facts.value),
            h('div', { innerHTML: training.value.length === 0 ? '' : curves.value }),
          ]),
        ]),
      ]);
  },
});

/** Losses of single batches differ much; the curve shows means of some neighbors. */
const NEIGHBORS = 10;

function smoothed(points: readonly Point[]): readonly Point[] {
  let mean = points[0]?.[1] ?? 0;
  return points.map(([x, y]): Point => {
    mean += (y - mean) / Math.min(NEIGHBORS, x);
    return [x, mean];
  });
}
