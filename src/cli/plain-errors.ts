// What goes wrong with what a person at the terminal gave: `marty` says the message and nothing else. Apart from what they come from, which
// takes long to load.

/** A command was called with something that it cannot use. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The message is made to be shown to a person as it is. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
}

/** Variables are wrong or missing. Its message has one line for each, and shows no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
