// A real Chromium before the real server and the built pages; behind the server, a Marty whose lines the test says.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium as playwright } from 'playwright-core';
import { build } from 'vite';
import { withLock } from '../../src/cli/lock.mjs';
import { createApp } from '../../src/web/app.ts';
import { listen } from '../../src/web/listen.ts';
import type { TranscriptItem } from '../../src/web/wire/messages.ts';
import { customer, openShop, READER } from '../web/shop.ts';

export type Stage = {
  url: string;
  /** Marty's bubbles, as if they had just reached the phone; he stops composing. */
  says(...bubbles: string[]): void;
  /** Texts are refused from now on, or taken again. */
  refuses(isRefusing: boolean): void;
  transcript: TranscriptItem[];
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What the page's console complained of: a blocked script, a failed request. */
  complaints: string[];
  close(): Promise<void>;
};

/** One simulated customer, `READER`; every text makes Marty compose until the test lets him speak. */
export async function openStage(): Promise<Stage> {
  const consoleDir = await mkdtemp(join(tmpdir(), 'marty-console-'));
  await build({ root: 'src/console', logLevel: 'error', build: { outDir: consoleDir, emptyOutDir: true } });
  const marty = scriptedMarty(consoleDir);
  const { port, close } = await listen(createApp(marty.shop.deps), { host: '127.0.0.1', port: 0 });
  const browser = await launch();
  const complaints: string[] = [];
  const url = `http://127.0.0.1:${port}`;
  return {
    ...marty,
    url,
    complaints,
    open: (options = {}) => openPage(browser, `${url}/phone?phone=${READER}`, options, complaints),
    close: async () => {
      await browser.close();
      await close(0);
      await rm(consoleDir, { recursive: true, force: true });
    },
  };
}

/** What no page of these tests looks at. */
const plain = { seq: 1, reason: null, channel: null };

function scriptedMarty(consoleDir: string) {
  const shop = openShop({ now: () => Date.now() });
  shop.deps.config.consoleDir = consoleDir;
  const { transcript, actors } = shop;
  const ear = (state: string) => actors.set(`customer:${READER}`, customer({ conversation: 'browsing', ear: state }));
  const tell = (item: Pick<TranscriptItem, 'direction' | 'text' | 'by' | 'status'>) =>
    transcript.push({ id: `t${transcript.length}`, at: new Date().toISOString(), ...plain, ...item });
  let isRefusing = false;
  shop.deps.send = async (_address, event) => {
    if (isRefusing) throw new Error('the till is on fire');
    const text = 'text' in event ? String(event['text']) : '';
    tell({ direction: 'inbound', text, by: 'customer', status: 'received' });
    ear('understanding');
    return { accepted: true, duplicate: false };
  };
  return {
    shop,
    transcript,
    says: (...bubbles: string[]) => {
      for (const text of bubbles) tell({ direction: 'outbound', text, by: 'marty', status: 'delivered' });
      ear('quiet');
    },
    refuses: (now: boolean) => {
      isRefusing = now;
    },
  };
}

/**
 * A headless Chromium that comes from npm. Of the flags that its package advises none is taken: in a single process it hangs
 * when the first of several contexts is closed, and a GPU in software took half the time of a test of the console.
 */
export async function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu'];
  return playwright.launch({ executablePath: await unpacked(), args, headless: true });
}

// The first call on a machine unpacks it to a place of all processes; who came meanwhile would start half a file (ETXTBSY).
function unpacked(): Promise<string> {
  return withLock(join(tmpdir(), 'marty-chromium.lock'), () => chromium.executablePath());
}

/** A page in a context of its own; what its console complains of is put into `complaints`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  complaints: string[],
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(url);
  return page;
}
