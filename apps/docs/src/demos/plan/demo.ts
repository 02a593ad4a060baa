import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import '../shared/demo-frame.css';
import './plan.css';
import { CodeView } from '../../runner/code-view.ts';
import { errorLine } from '../../runner/error-line.ts';
import { siteLibrary } from '../../runner/site-library.ts';
import { useDemo } from '../shared/use-demo.ts';
import { graphView } from './graph-view.ts';
import { memoryView } from './memory-view.ts';
import type { Explanation, Machine, PlanInput, PlanOutput } from './messages.ts';
import { formatBytes, formatTime } from './sizes.ts';
import { stepsView, totalTime } from './steps-view.ts';

/** The networks in the order of the menu: the names of slots and files, and their titles. */
const titles: Readonly<Record<string, string>> = {
  normalization: 'Normalization, operator by operator',
  dense: 'Two dense layers',
  training: 'A training step',
  convolution: 'Convolution and pooling',
  attention: 'Attention',
  lstm: 'LSTM (a loop)',
};

const machines: Readonly<Record<Machine, string>> = { cpu: 'CPU, WebAssembly', webgpu: 'GPU, WGSL' };

/** Name of an edited program in stacks. */
const EDITED = 'network.ts';

/** Explains how manabi computes a network: graph, plan, memory and code, with measured times. The slots show the networks. */
export const PlanDemo = defineComponent({
  props: {
    /** How long each step is repeated to measure its time, in milliseconds. */
    milliseconds: { type: Number, default: 20 },
  },
  setup(props, { slots }) {
    const network = ref('normalization');
    const machine = ref<Machine>('cpu');
    const explanation = shallowRef<Explanation | null>(null);
    const problem = ref('');
    const isBusy = ref(false);
    const isEdited = ref(false);
    const selected = ref(0);
    const view = ref<'loops' | 'code'>('loops');
    const blocks = new Map<string, HTMLElement>();
    const main = ref<HTMLButtonElement>();
    let code: CodeView | null = null;
    let input: PlanInput | null = null;
    let release = () => {};

    const demo = useDemo<PlanInput, PlanOutput>({
      name: 'plan',
      // The program chooses its backends itself.
      operations: 1,
      initial: () => (input === null ? [] : [input]),
      show: (output) => {
        if (output.kind === 'nothing') return;
        isBusy.value = false;
        release();
        if (output.kind === 'failed') {
          fail(output.message, errorLine(output.stack, EDITED));
          return;
        }
        problem.value = '';
        code?.markLine(null);
        explanation.value = output.explanation;
        selected.value = slowest(output.explanation);
      },
      clear: () => {
        explanation.value = null;
        problem.value = '';
        isBusy.value = false;
      },
    });

    function fail(message: string, line: number | null): void {
      problem.value = line === null ? message : `Line ${line}: ${message}`;
      explanation.value = null;
      code?.markLine(line);
    }

    /** Compiles the network, and lets the program explain it. */
    async function explain(): Promise<void> {
      problem.value = '';
      try {
        const compiled = isEdited.value ? await code?.compile(siteLibrary()) : undefined;
        release();
        release = compiled?.release ?? (() => {});
        const { milliseconds } = props;
        const choice =
          compiled === undefined
            ? ({ kind: 'preset', name: network.value } as const)
            : ({ kind: 'edited', url: compiled.url } as const);
        input = { network: choice, machine: machine.value, milliseconds };
        isBusy.value = true;
        if (demo.isLive.value) demo.send(input);
        else demo.start();
      } catch (error) {
        const line = error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;
        fail(error instanceof Error ? error.message : String(error), line);
      }
    }

    function openBlock(): void {
      code?.reset();
      isEdited.value = false;
      const block = blocks.get(network.value);
      code = block === undefined ? null : new CodeView(block, EDITED, 'Code of the network');
    }

    function choose(name: string): void {
      network.value = name;
      openBlock();
      if (demo.isLive.value) void explain();
    }

    async function edit(): Promise<void> {
      await code?.edit();
      isEdited.value = true;
    }

    function reset(): void {
      demo.reset();
      openBlock();
      view.value = 'loops';
      selected.value = 0;
      main.value?.focus();
    }

    onMounted(openBlock);
    onBeforeUnmount(() => {
      code?.reset();
      release();
    });

    const status = computed(() => {
      if (demo.state.value === 'ready')
        return 'Press Start to download manabi (0.3 MB), compile the network and measure it.';
      if (demo.state.value === 'failed') return 'The demo has stopped.';
      if (demo.state.value === 'loading') return 'Downloading manabi …';
      if (isBusy.value) return 'Compiling and measuring …';
      const { compileMs = null } = explanation.value ?? {};
      return compileMs === null ? 'The network cannot be compiled.' : `Compiled in ${formatTime(compileMs)}.`;
    });

    function select(
      text: string,
      value: string,
      choices: Readonly<Record<string, string>>,
      change: (to: string) => void,
    ) {
      const onChange = ({ target }: Event) => {
        if (target instanceof HTMLSelectElement) change(target.value);
      };
      const options = Object.entries(choices).map(([name, title]) => h('option', { value: name }, title));
      return h('label', [`${text} `, h('select', { value, onChange }, options)]);
    }

    const bar = () => {
      const isIdle = !demo.isLive.value;
      return h('div', { class: 'demo-bar' }, [
        h(
          'button',
          {
            ref: main,
            type: 'button',
            class: 'primary',
            disabled: isBusy.value && !isIdle,
            onClick: () => void explain(),
          },
          isIdle ? 'Start' : isEdited.value ? 'Compile' : 'Measure again',
        ),
        isIdle && !isEdited.value ? null : h('button', { type: 'button', onClick: reset }, 'Reset'),
        isEdited.value ? null : h('button', { type: 'button', onClick: () => void edit() }, 'Edit'),
        select('Network', network.value, titles, choose),
        select('Machine', machine.value, machines, (to) => {
          machine.value = to === 'webgpu' ? 'webgpu' : 'cpu';
          if (demo.isLive.value) void explain();
        }),
        h('span', { class: 'demo-status', role: 'status' }, status.value),
      ]);
    };

    const program = () =>
      Object.keys(titles).map((name) =>
        h(
          'div',
          {
            key: name,
            class: 'plan-program',
            hidden: name !== network.value,
            ref: (element: unknown) => {
              if (element instanceof HTMLElement) blocks.set(name, element);
            },
          },
          slots[name]?.(),
        ),
      );

    const message = () => demo.error.value || problem.value;

    return () =>
      h(
        'section',
        {
          class: 'demo plan',
          'aria-label': 'Plan explorer',
          'data-state': isBusy.value && demo.isLive.value ? 'busy' : demo.state.value,
        },
        [
          bar(),
          ...program(),
          message() === '' ? null : h('div', { class: 'demo-error', role: 'alert' }, message()),
          explanation.value === null
            ? null
            : explained(explanation.value, {
                selected: selected.value,
                select: (step) => {
                  selected.value = step;
                },
                view: view.value,
                show: (next) => {
                  view.value = next;
                },
              }),
        ],
      );
  },
});

/** Returns the step that takes longest; the first one if the steps are not measured. */
function slowest({ steps }: Explanation): number {
  const times = steps.map(({ milliseconds }) => milliseconds ?? 0);
  return times.indexOf(Math.max(...times));
}

/** What the reader looks at. */
interface Choice {
  readonly selected: number;
  readonly select: (step: number) => void;
  readonly view: 'loops' | 'code';
  readonly show: (view: 'loops' | 'code') => void;
}

function explained(explanation: Explanation, { selected, select, view, show }: Choice) {
  const { machine, traced, operators, steps, moduleBytes, clock } = explanation;
  const computed = operators.filter(({ isInput }) => !isInput).length;
  const time = totalTime(steps);
  const bytes = steps.reduce((sum, step) => sum + step.bytes, 0);
  const facts = [
    `The trace has ${traced} operators. With composites such as softmax written out, and simplified, there are ${computed}; ${steps.length} ${steps.length === 1 ? 'step computes' : 'steps compute'} them.`,
    `A run reads and writes ${formatBytes(bytes)}${time === 0 ? '' : ` and takes ${formatTime(time)}`}.`,
    ...(moduleBytes === null ? [] : [`The WebAssembly module has ${formatBytes(moduleBytes)}.`]),
  ];
  const step = steps[selected] ?? steps[0];
  const tab = (name: 'loops' | 'code', text: string) =>
    h('button', { type: 'button', 'aria-pressed': view === name, onClick: () => show(name) }, text);
  const text = view === 'loops' ? step.loops : step.code.map((part) => part.text).join('\n\n');
  const language = machine === 'cpu' ? 'WebAssembly' : 'WGSL';
  return h('div', { class: 'demo-body plan-body' }, [
    h('p', { class: 'plan-facts' }, facts.join(' ')),
    h('h2', 'Graph'),
    graphView(explanation, selected, select),
    h('h2', 'Steps'),
    stepsView(explanation, selected, select),
    h('p', { class: 'plan-note' }, clock),
    h('h2', 'Memory'),
    memoryView(explanation, selected),
    h('h2', `Code of step ${selected + 1}`),
    h('div', { class: 'plan-tabs', role: 'group', 'aria-label': 'Form of the code' }, [
      tab('loops', 'Loops of the compiler'),
      tab('code', language),
    ]),
    h('pre', { class: 'plan-code', tabindex: 0, 'aria-label': view === 'loops' ? 'Loops' : language }, text),
  ]);
}
