// What waits for a newer build of the program. During a deploy that is as it should be; after it was taken back, nobody comes.

/** SQL: a row `i` of the inbox that this build cannot step, for longer than a deploy takes. */
export const STRANDED = `i.state = 'waiting' AND i.trouble IS NOT NULL AND i.created_at < now() - interval '5 minutes'`;
