// What `marty top` shows of a running system, whoever was asked. `null`: whoever was asked does not know.

export type CommandFigures = {
  name: string;
  /** Begun or waiting, not ended. */
  open: number;
  done: number;
  refused: number;
  /** Attempts that broke down and are made again. */
  again: number;
  failed: number;
};

export type ProviderFigures = {
  name: string;
  /** The last calls failed, or a breaker is open, in whichever process. */
  isDown: boolean;
  callsPerSecond: number | null;
  /** Calls that failed or were not made since a breaker was open, as counted. */
  failed: number | null;
  p95Seconds: number | null;
};

export type Figures = {
  /** ISO 8601. */
  at: string;
  /** Addresses of servers, or `database`. */
  source: string;
  health: { status: string; version: string; checks: Record<string, string> } | null;
  turns: { perSecond: number; p95Seconds: number | null; batch: number | null; laneWaiting: number | null };
  outbox: { ageSeconds: number | null; deadLetters: number | null; aside: number | null; inboxWaiting: number | null };
  timers: { due: number | null; late: number | null; held: number | null };
  bubbles: { unsent: number | null; ageSeconds: number | null };
  /** Counted since the servers began, or, by the database, over the last minute. */
  commands: CommandFigures[];
  providers: ProviderFigures[];
  /** Customers by state of their conversation. */
  conversations: Record<string, number>;
  withStaff: number | null;
  optedOut: number | null;
  /** Orders by state. */
  orders: Record<string, number>;
  /** Steps towards a sale since the servers began; by the database, of today (UTC). */
  sales: { texted: number; ordered: number; paid: number };
  tokens: { input: number; cached: number; output: number };
  costDollars: number | null;
};
