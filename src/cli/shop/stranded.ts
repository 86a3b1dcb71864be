// What waits for a newer build of the program. During a deploy that is as it should be; after it was taken back, nobody comes.

/** SQL: a row `i` of the inbox that nobody has stepped for longer than a deploy takes; nothing else waits there for minutes. */
export const STRANDED = `i.state = 'waiting' AND i.created_at < now() - interval '5 minutes'`;
