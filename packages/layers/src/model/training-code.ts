type TrainingCode = typeof import('./train.ts');

let code: TrainingCode | null = null;

/** Returns the training code; null before it is loaded. */
export function trainingCode(): TrainingCode | null {
  return code;
}

/** Loads the training code, unless it is loaded already. */
export async function loadTrainingCode(): Promise<TrainingCode> {
  code ??= await import('./train.ts');
  return code;
}

/** Provides the training code from the start. */
export function provideTrainingCode(given: TrainingCode): void {
  code = given;
}
