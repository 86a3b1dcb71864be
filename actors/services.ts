// What the shop's actors are given besides the run's own context; assembled in src/cli, once per process.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Channels } from '../src/channels/channels.ts';
import type { Vault } from '../src/runtime/vault.ts';

export type Services = {
  db: NodePgDatabase;
  vault: Vault;
  channels: Channels;
};
