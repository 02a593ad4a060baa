type TrainingCode = typeof import('./train.ts');

let code: TrainingCode | null = null;

/** Returns the module with the training code; null before it is loaded. */
export function trainingCode(): TrainingCode | null {
  return code;
}

/** Loads the module with the training code, unless it is loaded already. */
export async function loadTrainingCode(): Promise<TrainingCode> {
  code ??= await import('./train.ts');
  return code;
}

/** Sets the module with the training code, for bundles that import it statically. */
export function provideTrainingCode(given: TrainingCode): void {
  code = given;
}
