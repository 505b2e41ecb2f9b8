/** The node that a step key names: `node` in `node/2/0`. */
export const nodeIdOf = (stepKey: string): string => stepKey.split("/", 1)[0] ?? stepKey;

/** The iterations of the containers around a step, the outermost first: `[2, 0]` in `node/2/0`. */
export const iterationPathOf = (stepKey: string): readonly number[] => stepKey.split("/").slice(1).map(Number);
