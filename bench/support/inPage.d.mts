/** Milliseconds from a press of Run to the first status on the first card. */
export function pressAndWatch(): Promise<number>;
/** Milliseconds of one authenticated request. */
export function bareRequest(): Promise<number>;
