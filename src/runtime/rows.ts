// The rows of the runtime's tables as turns read and write them.
export type ActorRow = {
  storeId: number;
  key: string;
  machine: string;
  version: number;
  addressSealed: Buffer | null;
  dataKey: Buffer | null;
  seq: number;
  status: string;
  snapshot: string | null;
};

export type JournalRow = {
  storeId: number;
  actorKey: string;
  seq: number;
  at: Date;
  version: number;
  type: string;
  source: string;
  correlationId: string;
  value: string;
  commands: string;
  payload: Buffer;
};

export type CommandKind = 'invoke' | 'action' | 'undo';

export type CommandRow = {
  storeId: number;
  id: string;
  actorKey: string;
  seq: number;
  kind: CommandKind;
  name: string;
  childId: string | null;
  input: Buffer;
  correlationId: string;
  trace: string | null;
};

/** What a turn reads of a command whose result has come. `input` is null where no undo can need it. */
export type CommandStatus = {
  id: string;
  name: string;
  childId: string | null;
  status: string;
  attempt: number;
  input: Buffer | null;
};

/** How a turn leaves a command whose result it took in or dropped. */
export type SettledRow = { storeId: number; id: string; status: string; code: string | null; result: Buffer | null };

/** `heldUntil` NEVER: it waits for a person beside the event that was set aside. */
export const NEVER = new Date('9999-12-31T00:00:00Z');
export type TimerRow = {
  storeId: number;
  actorKey: string;
  id: string;
  token: string;
  dueAt: Date;
  heldUntil: Date;
  event: Buffer;
  correlationId: string | null;
  trace: string | null;
};

/** `state`: `waiting` until its actor can be stepped, `aside` until a person decides. */
export type InboxRow = {
  storeId: number;
  actorKey: string;
  state: 'waiting' | 'aside';
  payload: Buffer;
  type: string;
  trouble: string | null;
  notBefore: Date;
};
