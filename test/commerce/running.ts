// Runs one actor's work as a worker would, on the real services of a test's counter.
import { randomUUID } from 'node:crypto';
import type { Services } from '../../actors/services.ts';
import type { Brain } from '../../src/brain/brain.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { createOrderableBooks } from '../../src/catalogue/orderable-books.ts';
import { Channels } from '../../src/channels/channels.ts';
import { createAddressBook } from '../../src/commerce/address-book.ts';
import { createCustomerDesk } from '../../src/commerce/square/customer-desk.ts';
import { createWaitlist } from '../../src/commerce/waitlist/waitlist.ts';
import type { ActorDefinition, RunContext } from '../../src/runtime/define-actor.ts';
import { Permanent, Refusal } from '../../src/runtime/define-actor.ts';
import { createVault } from '../../src/runtime/vault.ts';
import type { TestCounter } from './counter.ts';

export const vault = createVault(Buffer.alloc(32, 7));
export const dataKey = vault.createDataKey();

/** `forgotten` actors have no data key any more. */
export function servicesOf(
  counter: TestCounter,
  given: Partial<Services> = {},
  forgotten = new Set<string>(),
): Services {
  const { db, stock, tills } = counter;
  const dataKeyOf = (_storeId: number, actorKey: string) => Promise.resolve(forgotten.has(actorKey) ? null : dataKey);
  const addresses = createAddressBook({ db, vault, dataKeyOf, index: () => Promise.resolve() });
  const orderables = createOrderableBooks(db);
  const waitlist = createWaitlist(db, Date.now);
  const customers = createCustomerDesk({
    db,
    vault,
    personOf: async ({ actorKey }) => (forgotten.has(actorKey) ? null : { phone: '+12015550123', dataKey }),
    square: () => Promise.resolve(null),
    now: Date.now,
    onError: () => undefined,
  });
  const none = { brain: noBrain, catalogue: noCatalogue, channels: noChannels, elsewhere: noElsewhere };
  return { db, vault, stock, tills, addresses, orderables, waitlist, customers, ...none, ...given };
}

/** One command of an actor: stable over attempts. */
export type Asked = { storeId: number; machine: string; key: string; commandId: string; attempt?: number };

export function asked(storeId: number, machine: string, key: string): Asked {
  return { storeId, machine, key, commandId: randomUUID() };
}

/** What became of a run: its output, or the code of what it threw. Unexpected errors are `transient`. */
export async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code, data: error.data };
    if (error instanceof Permanent) return { permanent: error.code };
    return 'transient';
  }
}

type Definition<Input, Output> = { durable: ActorDefinition<Services, Input, Output> };

export function run<Input, Output>(
  actor: Definition<Input, Output>,
  input: Input,
  services: Services,
  who: Asked,
): Promise<unknown> {
  const parsed = actor.durable.input.parse(input);
  return outcomeOf(actor.durable.run(parsed, contextOf(actor, parsed, services, who)));
}

/** As after a run whose result never came. */
export async function undo<Input, Output>(
  actor: Definition<Input, Output>,
  input: Input,
  services: Services,
  who: Asked,
): Promise<void> {
  await actor.durable.undo?.(input, undefined, contextOf(actor, input, services, who));
}

function contextOf<Input, Output>(actor: Definition<Input, Output>, input: Input, services: Services, who: Asked) {
  const { storeId, commandId, machine, key, attempt = 1 } = who;
  const context: RunContext = {
    commandId,
    storeId,
    dataKey,
    attempt,
    isLastAttempt: false,
    actor: { key, machine, id: `${machine}:${key}` },
    signal: new AbortController().signal,
    now: () => Date.parse('2026-11-20T12:00:00.000Z'),
    tell: () => Promise.resolve('dropped'),
    refuse: (code, data = null) => {
      throw new Refusal(code, data);
    },
  };
  return { ...services, ...context, key: actor.durable.key?.(input, commandId) ?? commandId };
}

const never = () => Promise.reject(new Error('this test has no catalogue'));
const noCatalogue: Catalogue = {
  search: never,
  match: never,
  resolve: never,
  get: never,
  recommend: never,
  put: never,
};
const noBrain: Brain = { reply: never, draft: never, summarise: never };
const noElsewhere = { look: never };
const noChannels = new Channels(
  [{ name: 'simulator', honoursReference: true, send: () => Promise.reject(new Error('this test has no channel')) }],
  () => Promise.resolve(),
);
