// The role that docs/operations.md gives the running program: it owns nothing, and may do what `marty migrate --grant` grants.
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { grantTo } from '../../src/cli/migrations/roles.ts';

/** A role of its own on a migrated database: its name, and the address under it. `drop` takes it away again. */
export type LeastRole = { name: string; url: string; drop: () => Promise<void> };

/** @param ownerUrl the database's address under its owner */
export async function makeLeastRole(ownerUrl: string): Promise<LeastRole> {
  const name = `app_${randomBytes(6).toString('hex')}`;
  await asOwner(ownerUrl, async (owner) => {
    await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD 'app'`);
    await grantTo(owner, name);
  });
  const address = new URL(ownerUrl);
  [address.username, address.password] = [name, 'app'];
  const drop = () =>
    asOwner(ownerUrl, async (owner) => {
      await owner.query(`DROP OWNED BY ${name}`);
      await owner.query(`DROP ROLE ${name}`);
    });
  return { name, url: address.toString(), drop };
}

async function asOwner(url: string, work: (owner: Pool) => Promise<void>): Promise<void> {
  const owner = new Pool({ connectionString: url, max: 1 });
  await work(owner).finally(() => owner.end());
}
