// How much of it is tried: a part of the attempts in `npm test`, all of them in the project `long` (vitest.config.ts).
export const ATTEMPTS_IN_FULL = 'ATTEMPTS_IN_FULL';

export const isInFull = process.env[ATTEMPTS_IN_FULL] === '1';
