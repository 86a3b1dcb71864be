// How much of the faults is tested: a little of each kind in `npm run test:all`, all of it by `npm run test:full`.

/** The variable that asks for all of it. */
export const FAULTS_IN_FULL = 'FAULTS_IN_FULL';
export const isInFull = process.env[FAULTS_IN_FULL] === '1';
