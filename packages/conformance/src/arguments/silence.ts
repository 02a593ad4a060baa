/** Makes the console methods print nothing, because stdout is reserved for reports of faults. */
export function setSilent(): void {
  for (const method of ['log', 'warn', 'info', 'error', 'debug'] as const) console[method] = () => {};
  process.on('uncaughtException', (error) => process.stdout.write(`! ${error}\n`));
  process.on('unhandledRejection', (error) => process.stdout.write(`! ${error}\n`));
}
