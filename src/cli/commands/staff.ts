// `marty staff add|passwd|ls|close`: the accounts of the people behind the counter. A password is asked for, read from a
// pipe or made up here; it is never an argument, where other users of the machine and the shell's history would see it.
import { randomBytes } from 'node:crypto';
import { Email, Role } from '../../web/wire/session.ts';
import { readSecret } from '../read-secret.ts';
import { accountsOf } from '../shop/accounts/of-shop.ts';
import { PASSWORD_CHARS_MIN } from '../shop/accounts/accounts.ts';
import type { Account } from '../shop/accounts/accounts.ts';
import { createAudit } from '../shop/accounts/audit.ts';
import type { Shop } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withPreparedShop, withShop } from './with-shop.ts';

type PasswordFlags = { generate?: boolean };
export type AddFlags = PasswordFlags & { name?: string; role: string; stores?: string };

const GENERATED_BYTES = 15;

export async function runStaffAdd(email: string, flags: AddFlags): Promise<void> {
  const address = emailOf(email);
  const role = Role.safeParse(flags.role);
  if (!role.success) throw new UsageError(`--role ${flags.role}: write staff or admin.`);
  await withPreparedShop(async (shop) => {
    const stores = flags.stores?.split(',').map((slug) => storeOf(shop, slug.trim()).id) ?? null;
    const { accounts } = accountsOf(shop);
    const taken = (await accounts.list()).some((one) => one.email === address);
    if (taken)
      throw new UsageError(`There is an account of ${address}; \`marty staff passwd\` gives it a new password.`);
    const { password, made } = await passwordOf(flags);
    const name = flags.name ?? address.slice(0, address.indexOf('@'));
    const account = await accounts.add({ email: address, name, role: role.data, stores, password });
    if (account === null) throw new UsageError(`Somebody else has just made the account of ${address}.`);
    await note(shop, 'staff.add', account.id);
    console.log(`${name} may log in at /console as ${role.data}.`);
    if (made) console.log(`The password, shown this once: ${password}`);
  });
}

/** Also opens an account again that was closed. Every session of the account is over. */
export async function runStaffPasswd(email: string, flags: PasswordFlags): Promise<void> {
  await withShop(async (shop) => {
    const { accounts } = accountsOf(shop);
    const account = await accountOf(shop, email);
    const { password, made } = await passwordOf(flags);
    await accounts.setPassword(account.email, password);
    await note(shop, 'staff.passwd', account.id);
    console.log(`${account.name} has a new password and is logged out everywhere.`);
    if (made) console.log(`The password, shown this once: ${password}`);
  });
}

export async function runStaffClose(email: string): Promise<void> {
  await withShop(async (shop) => {
    const account = await accountOf(shop, email);
    await accountsOf(shop).accounts.close(account.email);
    await note(shop, 'staff.close', account.id);
    console.log(`${account.name} is logged out everywhere and may not come back.`);
  });
}

export async function runStaffList(): Promise<void> {
  await withShop(async (shop) => {
    const accounts = await accountsOf(shop).accounts.list();
    const slugOf = new Map(shop.stores().map(({ id, slug }) => [id, slug]));
    for (const { email, name, role, stores, disabled_at: closedAt } of accounts) {
      const where = stores?.map((id) => slugOf.get(id) ?? id).join(',') ?? 'every store';
      console.log([email, name, role, where, closedAt === null ? 'open' : 'closed'].join('  '));
    }
    if (accounts.length === 0) console.log('Nobody yet: marty staff add merlin@example.com --role admin');
  });
}

function emailOf(email: string): string {
  const address = Email.safeParse(email);
  if (!address.success) throw new UsageError(`"${email}" is not an e-mail address, such as merlin@example.com.`);
  return address.data;
}

// The developer's account has an address that no mail reaches, so what is asked for here need not look like one.
async function accountOf(shop: Shop, email: string): Promise<Account> {
  const address = email.trim().toLowerCase();
  const account = (await accountsOf(shop).accounts.list()).find((one) => one.email === address);
  if (account) return account;
  throw new UsageError(`There is no account of "${email}"; \`marty staff ls\` names them.`);
}

async function passwordOf({ generate = false }: PasswordFlags): Promise<{ password: string; made: boolean }> {
  if (generate) return { password: randomBytes(GENERATED_BYTES).toString('base64url'), made: true };
  const password = await readSecret('Password: ');
  if (password.length < PASSWORD_CHARS_MIN)
    throw new UsageError(`A password has at least ${PASSWORD_CHARS_MIN} characters; --generate makes one up.`);
  if (process.stdin.isTTY && (await readSecret('Once more: ')) !== password)
    throw new UsageError('That was not the same password twice; nothing has changed.');
  return { password, made: false };
}

// Who sits at the terminal is whoever may use it: the operating system knows, Marty does not.
async function note(shop: Shop, act: string, target: string): Promise<void> {
  const audit = createAudit(shop.database.pool);
  const correlationId = crypto.randomUUID();
  const { id: storeId } = storeOf(shop, undefined);
  await audit.keep({ storeId, staffId: 'terminal', act, target, status: 200, correlationId, at: new Date() });
}
