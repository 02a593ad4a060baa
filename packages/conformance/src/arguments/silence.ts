/** Silences the console methods, because stdout is used for findings. */
export function setSilent(): void {
  for (const method of ['log', 'warn', 'info', 'error', 'debug'] as const) console[method] = () => {};
  process.on('uncaughtException', (error) => process.stdout.write(`! ${error}\n`));
  process.on('unhandledRejection', (error) => process.stdout.write(`! ${error}\n`));
}
