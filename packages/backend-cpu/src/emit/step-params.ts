/** Parameters of every function of a step: the address of the plan's table, and the half-open range of tasks. */
export const stepParams = ['i32', 'i32', 'i32'] as const;
