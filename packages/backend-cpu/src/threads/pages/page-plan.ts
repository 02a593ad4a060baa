import type { Block, BlockSource } from '../../memory/allocator.ts';
import type { FramePlan } from '../../plan/frame-plan.ts';
import type { SharedFrame } from '../../runtime/frame.ts';
import type { ThreadedModule } from '../../runtime/threads.ts';
import type { Coordinator } from './coordinator.ts';
import type { Crew } from './crew.ts';
import { type FrameScript, ScriptWriter } from './plan-script.ts';

/** Milliseconds that a plan may keep the page from other work: a quarter of the time between two frames. */
const BRIEF_MS = 4;

/** Milliseconds that handing a plan over is expected to take before it was measured. */
const EXPECTED_MS = 0.3;

/** Rough time of a task in milliseconds: tasks are made at least this long. */
const TASK_MS = 0.01;

/** Time of handing a plan over on all plans of the page, in milliseconds. */
let handOver = EXPECTED_MS;

let lastId = 0;

/** A plan that runs on the page's thread or on workers, where it is cheaper; long plans run on workers in any case. */
export class PagePlan implements ThreadedModule {
  readonly #id = ++lastId;
  readonly #coordinator: Coordinator;
  readonly #module: WebAssembly.Module;
  readonly #allocator: BlockSource;
  /** Memory for the copies of tables. */
  readonly #blocks: Block[] = [];
  /** Shortest times of the plan on the page's thread and on workers, in milliseconds; null if unknown. */
  #here: number | null = null;
  #there: number | null = null;
  /** The workers that know the plan, and its script. */
  #known: { readonly crew: Crew; readonly script: FrameScript } | null = null;

  constructor(coordinator: Coordinator, module: WebAssembly.Module, allocator: BlockSource) {
    this.#coordinator = coordinator;
    this.#module = module;
    this.#allocator = allocator;
  }

  prepare(frame: SharedFrame): void {
    const crew = this.#crewFor(frame);
    if (crew !== null) this.#scriptFor(crew, frame);
  }

  run(frame: SharedFrame, stop: number, end: (stopped: boolean) => void): void | Promise<void> {
    const crew = this.#crewFor(frame);
    const script = crew === null ? null : this.#scriptFor(crew, frame);
    if (crew === null || script === null) {
      const start = performance.now();
      const stopped = frame.run(stop);
      this.#here = least(this.#here, performance.now() - start);
      end(stopped);
      return;
    }
    return this.#coordinator.run(crew, {
      plan: this.#id,
      frame,
      stop,
      scriptStop: script.begins[stop] ?? -1,
      end,
      timed: (there, elapsed) => {
        this.#there = least(this.#there, there);
        handOver += 0.1 * (Math.min(elapsed - there, BRIEF_MS) - handOver);
      },
    });
  }

  dispose(): void {
    this.#coordinator.settle();
    if (this.#known !== null && this.#known.crew === this.#coordinator.present) {
      const message = { id: this.#id, module: null };
      this.#known.crew.tell(message);
      this.#known.crew.send(message);
    }
    this.#known = null;
    for (const block of this.#blocks.splice(0)) this.#allocator.free(block);
  }

  #crewFor({ plan }: SharedFrame): Crew | null {
    return this.#isLong(plan) ? this.#coordinator.crew() : null;
  }

  #isLong(plan: FramePlan): boolean {
    if (this.#coordinator.eager) return true;
    const here = this.#here ?? TASK_MS * tasksOf(plan);
    const there = (this.#there ?? EXPECTED_MS) + handOver;
    // A plan that is short on workers is tried on the page's thread, too.
    return here > BRIEF_MS || here > there || (this.#here === null && this.#there !== null && there > BRIEF_MS);
  }

  /** Returns the script of the plan, which it sends to the workers if they do not know it; null if it cannot be sent. */
  #scriptFor(crew: Crew, frame: SharedFrame): FrameScript | null {
    if (this.#known?.crew === crew) return this.#known.script;
    for (const block of this.#blocks.splice(0)) this.#allocator.free(block);
    const writer = new ScriptWriter(
      crew.helpers,
      (bytes) => {
        const block = this.#allocator.allocate(bytes);
        this.#blocks.push(block);
        return block;
      },
      this.#coordinator.tools.bytesOfType,
    );
    const { wide, addressBytes } = this.#allocator.memory;
    const script = writer.frame(frame);
    const { names, records } = writer;
    const { memory } = this.#allocator.memory;
    // The plan is loaded again, so workers need not know this form of it.
    if (this.#allocator.memory.wide !== wide) return null;
    const message = { id: this.#id, module: this.#module, memory, addressBytes, names };
    crew.tell({ ...message, frame: script, records });
    if (writer.hasTasks) crew.send(message);
    this.#known = { crew, script };
    return script;
  }
}

function least(known: number | null, time: number): number {
  return Math.min(known ?? time, time);
}

/** Returns how many tasks a run of a plan has, with loops run as often as they may be. */
function tasksOf({ steps }: FramePlan): number {
  return steps.reduce((sum, step) => {
    if (step.kind === 'functions') return sum + step.functions.reduce((count, { tasks }) => count + tasks, 0);
    if (step.kind === 'loop') return sum + (step.loop.turns ?? 1) * tasksOf(step.body);
    return sum + Math.max(tasksOf(step.thenFrame), tasksOf(step.elseFrame));
  }, 0);
}
