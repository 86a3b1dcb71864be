// The synthetic customer of `marty probe`: a number that the numbering plan keeps for fiction, so nobody can own it. What is
// said to it stays in the house, whatever provider its text claims to come from.

/** E.164. */
export const PROBE_PHONE = '+12015550198';

/** Where the probe's turns come from, for the journal and for those who count sales. */
export const PROBE_SOURCE = 'probe';
