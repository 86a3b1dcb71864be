// How much of the faults is tested: one of each kind in `npm run test:all`, all of them by `npm run faults -- --tests`.

/** The variable that asks for all of them. */
export const FAULTS_IN_FULL = 'FAULTS_IN_FULL';
export const isInFull = process.env[FAULTS_IN_FULL] === '1';
