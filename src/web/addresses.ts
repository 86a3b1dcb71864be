// Network addresses: who is calling, and whether they are on a list. IPv4 inside IPv6 counts as IPv4.
import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { EdgeContext } from './edge.ts';

export type AddressTest = (address: string) => boolean;

/** Reads addresses and CIDR blocks. Throws a RangeError that names the entry it cannot read. */
export function addressList(entries: readonly string[]): AddressTest {
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return (address) => {
    const plain = unmapped(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(list: BlockList, entry: string): void {
  const [address = '', bits, ...rest] = entry.trim().split('/');
  const version = isIP(address);
  const bitsMax = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? bitsMax : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || rest.length > 0 || !(prefix >= 0 && prefix <= bitsMax)) {
    throw new RangeError(`"${entry}" is not an address or a block such as 203.0.113.0/24`);
  }
  list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
}

/** The socket's peer, or what a trusted proxy says about its own peer. */
export function callerAddress(c: EdgeContext, isTrustedProxy: AddressTest): string {
  const peer = unmapped(getConnInfo(c).remote.address ?? '');
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded !== undefined && isTrustedProxy(peer) ? forwarded : peer;
}

function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
