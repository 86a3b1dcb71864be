// Why Claude's answer could not be used. The code goes to logs and metrics; no text of anybody ever does.

export type ClaudeFailureCode =
  /** Unreachable, overloaded, or answered with an error. */
  | 'unavailable'
  /** Not even asked: he was unavailable too often of late. */
  | 'resting'
  /** Not even asked: our own limit of requests was reached. */
  | 'limited'
  /** The time for one reply was over. */
  | 'timeout'
  | 'refused'
  /** The answer hit the token limit. */
  | 'cut'
  /** Not the JSON that was asked for. */
  | 'unreadable'
  /** Named what is not in the catalogue, twice. */
  | 'ungrounded'
  /** Went on calling tools. */
  | 'endless';

/** Any of these means: the house recommender answers. */
export class ClaudeFailure extends Error {
  override readonly name = 'ClaudeFailure';
  constructor(
    readonly code: ClaudeFailureCode,
    options?: ErrorOptions,
  ) {
    super(`claude: ${code}`, options);
  }
}
