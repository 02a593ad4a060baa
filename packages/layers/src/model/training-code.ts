type TrainingCode = typeof import('./train.ts');

let code: TrainingCode | null = null;

/** What trains models; null before it is loaded. */
export function trainingCode(): TrainingCode | null {
  return code;
}

/** Loads what trains models, unless it is there. */
export async function loadTrainingCode(): Promise<TrainingCode> {
  code ??= await import('./train.ts');
  return code;
}

/** Has what trains models be there from the beginning. */
export function provideTrainingCode(given: TrainingCode): void {
  code = given;
}
