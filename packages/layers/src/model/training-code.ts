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

/** Sets the training code, so that it need not be loaded. */
export function provideTrainingCode(given: TrainingCode): void {
  code = given;
}
