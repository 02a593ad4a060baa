/** Members of Node's `process` that give access to the garbage collector. Other hosts lack them. */
interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

let collector: (() => void) | undefined;

/**
 * Requests a garbage collection. Engines count only their own memory: to them, a tensor with a gigabyte on a backend is an
 * object of a few hundred bytes, which they may not collect for a long time.
 */
export function collectGarbage(): void {
  collector ??= exposedCollector() ?? collectorOfNode() ?? pressBallast;
  collector();
}

function exposedCollector(): (() => void) | undefined {
  const exposed: unknown = Reflect.get(globalThis, 'gc');
  return typeof exposed === 'function' ? () => exposed() : undefined;
}

/** Returns the garbage collector of Node, which is exposed in a new context; undefined in other hosts. */
function collectorOfNode(): (() => void) | undefined {
  const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');
  const v8 = host?.getBuiltinModule?.('node:v8');
  const vm = host?.getBuiltinModule?.('node:vm');
  if (!hasMethod(v8, 'setFlagsFromString') || !hasMethod(vm, 'runInNewContext')) return undefined;
  try {
    v8.setFlagsFromString('--expose-gc');
    const collect: unknown = vm.runInNewContext('gc');
    v8.setFlagsFromString('--no-expose-gc');
    return typeof collect === 'function' ? () => collect() : undefined;
  } catch {
    // Hosts that imitate Node may have these functions without an implementation.
    return undefined;
  }
}

function hasMethod<K extends string>(
  object: unknown,
  name: K,
): object is { readonly [Name in K]: (text: string) => unknown } {
  return typeof object === 'object' && object !== null && typeof Reflect.get(object, name) === 'function';
}

/** Allocates and drops memory outside of the heap, which triggers a collection in other engines. The memory is never touched. */
function pressBallast(): void {
  for (let i = 0; i < 4; i++) new ArrayBuffer(64 * 2 ** 20);
}
