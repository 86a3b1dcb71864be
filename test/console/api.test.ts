// What the console's pages hear of a server that answers late, by half, or in a language of its own.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApi, isAbort, Unreachable, Unreadable } from '../../src/console/staff/api.ts';

const TIMEOUT_MS = 200;
const closers: Array<() => void> = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

describe('an answer', () => {
  test('that never comes is nobody there', async () => {
    const url = await serving(() => undefined);
    await expect(asked(url)).rejects.toThrow(Unreachable);
  });

  test('that stops in its middle is nobody there: no page waits for the rest', async () => {
    const url = await serving((_request, response) => void response.write('{"items":['));
    await expect(asked(url)).rejects.toThrow(Unreachable);
  });

  test('that is broken off is nobody there', async () => {
    const url = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"items":[', () => response.destroy());
    });
    await expect(asked(url)).rejects.toThrow(Unreachable);
  });

  test('that is no JSON is one that this page cannot read', async () => {
    const url = await serving((_request, response) => void response.end('<h1>Bad gateway</h1>'));
    await expect(asked(url)).rejects.toThrow(Unreadable);
  });

  test('to a page that was left is an abort, which no page complains of', async () => {
    const left = new AbortController();
    const url = await serving(() => left.abort());
    const error: unknown = await asked(url, left.signal).catch((thrown: unknown) => thrown);
    expect(isAbort(error)).toBe(true);
  });
});

function asked(url: string, signal?: AbortSignal): Promise<unknown> {
  return createApi(() => undefined, TIMEOUT_MS).get(url, z.unknown(), signal ? { signal } : {});
}

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  closers.push(() => (server.closeAllConnections(), server.close()));
  const { port }: Partial<AddressInfo> = Object(server.address());
  return `http://127.0.0.1:${port}/`;
}
