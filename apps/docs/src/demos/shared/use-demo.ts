import { computed, onBeforeUnmount, onMounted, ref } from 'vue';
import type { BackendChoice, FromWorker } from '../../protocol/messages.ts';
import { noWorker, type RunningProgram, runProgram } from '../../runner/program-worker.ts';
import { siteLibrary } from '../../runner/site-library.ts';
import { textsFor } from '../../runner/texts.ts';

/** `ready` before Start and after Reset; `finished` if the program has trained to its end. */
export type DemoState = 'ready' | 'loading' | 'running' | 'paused' | 'finished' | 'failed';

/** What a demo needs from its component. */
export interface DemoOptions<Input, Output> {
  /** Name of the folder, whose `program.ts` runs in the worker. */
  readonly name: string;
  /** Scalar operations of one training step; automatic choices of the backend use the CPU for small networks. */
  readonly operations: number;
  /** Returns what the program receives at its start. */
  readonly initial: () => readonly Input[];
  /** Draws a report of the program. */
  readonly show: (output: Output) => void;
  /** Removes what the program has drawn. */
  readonly clear: () => void;
}

/** The connection of a component to the program of its demo. Nothing is downloaded before `start`. */
export function useDemo<Input, Output>({ name, operations, initial, show, clear }: DemoOptions<Input, Output>) {
  const state = ref<DemoState>('ready');
  const choice = ref<BackendChoice>('auto');
  const backend = ref('');
  const error = ref('');
  let program: RunningProgram | null = null;

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'started':
        backend.value = message.backend;
        if (state.value === 'loading') state.value = 'running';
        break;
      case 'output':
        // The component and the program of a demo share the type of its outputs.
        show(message.output as Output);
        break;
      case 'finished':
        state.value = 'finished';
        break;
      case 'failed': {
        const { name: kind, message: text } = message.error;
        end('failed');
        error.value = text === noWorker ? textsFor('en').noWorker.replace('Run', 'Start') : `${kind}: ${text}`;
      }
    }
  }

  function end(next: DemoState): void {
    program?.end();
    program = null;
    state.value = next;
    error.value = '';
  }

  function start(): void {
    if (state.value === 'finished') clear();
    end('loading');
    backend.value = '';
    const library = siteLibrary();
    library.preload();
    const request = { type: 'run', url: library.demo(name), backend: choice.value, operations, options: {} } as const;
    const started = runProgram(library, request, (message) => {
      if (program === started) receive(message);
    });
    program = started;
    for (const input of initial()) started.input(input);
  }

  function pause(): void {
    if (state.value !== 'running' && state.value !== 'loading') return;
    program?.pause(true);
    state.value = 'paused';
  }

  function resume(): void {
    if (state.value !== 'paused' && state.value !== 'finished') return;
    program?.pause(false);
    state.value = backend.value === '' ? 'loading' : 'running';
  }

  function reset(): void {
    end('ready');
    clear();
  }

  /** Sends what the reader entered to the program, once it runs; `initial` returns what is entered before. */
  const send = (input: Input): void => program?.input(input);

  /** Sends what starts the training again, so that a program that has trained to its end goes on. */
  function restart(input: Input): void {
    send(input);
    if (state.value === 'finished') resume();
  }

  /** Whether training waits because the reader looks at another tab. */
  let waits = false;
  function onVisibility(): void {
    if (document.hidden && state.value === 'running') {
      waits = true;
      pause();
    } else if (!document.hidden && waits) {
      waits = false;
      resume();
    }
  }
  onMounted(() => document.addEventListener('visibilitychange', onVisibility));
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onVisibility);
    end('ready');
  });

  return {
    state,
    choice,
    backend,
    error,
    /** Whether there is a program that receives inputs. */
    isLive: computed(() => !['ready', 'failed'].includes(state.value)),
    start,
    pause,
    resume,
    reset,
    send,
    restart,
  };
}

/** What `useDemo` returns, for any program. */
export type DemoControls = Omit<ReturnType<typeof useDemo<never, never>>, 'send' | 'restart'>;
