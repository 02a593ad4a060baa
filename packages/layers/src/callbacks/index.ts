export { Callback, type CallbackHooks, type HookResult, type RunParams } from './callback.ts';
export { History } from './history.ts';
export { progbarLogger } from './progbar-logger.ts';
