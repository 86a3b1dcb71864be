// Passwords as hashes: scrypt (RFC 7914), its cost kept in the hash so that it can be raised later. Compared in constant time.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** `n` and `r` cost 32 MiB for a moment, `p` makes it three times as long: a choice of OWASP's password storage cheat sheet. */
const COST = { n: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Of hashes that we read: whoever can write one must not make us spend all memory on it. */
const N_MAX = 2 ** 18;

/** `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const { n, r, p } = COST;
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return ['scrypt', n, r, p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Takes as long for an account that has no password, or is not there, as for one that has. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? null : parse(stored);
  const { cost, salt, hash } = known ?? { cost: COST, salt: NOBODYS_SALT, hash: NOBODYS_HASH };
  const given = await derive(password, salt, cost);
  return timingSafeEqual(given, hash) && known !== null;
}

const NOBODYS_SALT = randomBytes(SALT_BYTES);
const NOBODYS_HASH = randomBytes(HASH_BYTES);

function parse(stored: string) {
  const [scheme, n, r, p, salt = '', hash = ''] = stored.split('$');
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  const bytes = Buffer.from(hash, 'base64');
  if (scheme !== 'scrypt' || !(cost.n <= N_MAX) || bytes.length !== HASH_BYTES)
    throw new Error('a stored password hash is not of the form scrypt$N$r$p$salt$hash');
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes };
}

function derive(password: string, salt: Buffer, { n, r, p }: typeof COST): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 128 * n * r + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}
