// `npm run demo:walk`: records the walk of the README against a running demo: a customer buys at the phone page, staff look at the
// console, a visitor breaks things. Writes docs/images/walk.gif.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import gifenc from 'gifenc';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { z } from 'zod';
import { projectRoot } from '../../src/cli/project-root.ts';
import { launch, openPage } from '../browser/browser.ts';
import { METHOD, PAY_HOW, SURE } from '../shop/lines.ts';

const SIZE = { width: 1180, height: 760 };
const COLOURS = 96;
const WAIT_MS = 180_000;
/** How long a picture stands. */
const STANDS_MS = 1_800;

/** The part of the board that the walk reads. */
const Told = z.object({ phoneUrl: z.url() });

type Frame = { png: Buffer; ms: number };

class Film {
  readonly #frames: Frame[] = [];

  async take(page: Page, ms = STANDS_MS): Promise<void> {
    await page.waitForTimeout(400); // what fades in has faded in
    this.#frames.push({ png: await page.screenshot({ animations: 'disabled' }), ms });
  }

  /** One palette a picture, and of each only what differs from the one before. */
  encode(): Uint8Array {
    const gif = gifenc.GIFEncoder();
    let before: Uint8Array | null = null;
    for (const { png, ms } of this.#frames) {
      const { data, width, height } = PNG.sync.read(png);
      const palette = gifenc.quantize(data, COLOURS - 1);
      const pixels = gifenc.applyPalette(data, palette);
      const unchanged = palette.push([0, 0, 0]) - 1;
      if (before) hideSame(pixels, data, before, unchanged);
      gif.writeFrame(pixels, width, height, {
        palette,
        delay: ms,
        ...(before ? { transparent: true, transparentIndex: unchanged, dispose: 1 } : {}),
      });
      before = data;
    }
    gif.finish();
    return gif.bytes();
  }
}

function hideSame(pixels: Uint8Array, now: Uint8Array, before: Uint8Array, unchanged: number): void {
  for (let at = 0; at < pixels.length; at += 1) {
    const byte = at * 4;
    const isSame =
      now[byte] === before[byte] && now[byte + 1] === before[byte + 1] && now[byte + 2] === before[byte + 2];
    if (isSame) pixels[at] = unchanged;
  }
}

/** Types a text, and waits for a bubble that nothing before it resembles. */
async function texts(page: Page, text: string, answer: RegExp): Promise<void> {
  const box = page.getByRole('textbox');
  await box.fill(text);
  await box.press('Enter');
  await page.locator('.row[data-from="marty"] .bubble').filter({ hasText: answer }).first().waitFor();
}

async function customerBuys(page: Page, film: Film): Promise<void> {
  await texts(page, 'do you have the dispossessed?', /Dispossessed/);
  await film.take(page);
  await texts(page, "i'll take it", SURE);
  await film.take(page);
  await texts(page, 'yes', METHOD);
  await texts(page, 'pick it up', PAY_HOW);
  await film.take(page);
  await texts(page, 'pay now', /Open the link/);
  await film.take(page, 2_400);
}

async function staffLook(page: Page, film: Film): Promise<void> {
  await page.locator('.inbox-row .row-link').first().click(); // somebody asked for a person
  await page.locator('.chart-atomic.is-active').first().waitFor();
  await film.take(page, 2_600);
}

async function visitorBreaks(page: Page, film: Film): Promise<void> {
  await film.take(page);
  for (const names of [
    ['Kill worker 1', 'Everything twice'],
    ['Freeze Postgres', 'Kill worker 2'],
  ]) {
    for (const name of names) await page.getByRole('button', { name }).click();
    await film.take(page, 1_500);
  }
  await page.waitForFunction(`[...document.querySelectorAll('.break[data-on]')].length === 0`);
  await film.take(page, 3_500);
}

async function record(board: string, out: string): Promise<void> {
  const browser = await launch();
  /** One page at a time: those behind another are not drawn. */
  const scene = async (url: string, play: (page: Page, film: Film) => Promise<void>) => {
    const options: BrowserContextOptions = { viewport: SIZE, colorScheme: 'light' };
    const page = await openPage(browser, url, options, []);
    page.setDefaultTimeout(WAIT_MS);
    await play(page, film);
    await page.context().close();
  };
  const film = new Film();
  try {
    const told = Told.parse(await (await fetch(new URL('/api/board', board))).json());
    await scene(`${told.phoneUrl}?phone=${encodeURIComponent('+12015550144')}`, customerBuys); // a phone that nobody in the demo has
    await scene(new URL('/console', board).toString(), staffLook);
    await scene(board, visitorBreaks);
  } finally {
    await browser.close();
  }
  const bytes = film.encode();
  writeFileSync(out, bytes);
  console.log(`${out}: ${Math.round(bytes.length / 1024)} kB`);
}

const program = new Command('npm run demo:walk --')
  .description('Records the walk of the README against a running demo.')
  .option('--board <url>', "the demo's board", 'http://127.0.0.1:8091')
  .option('--out <file>', 'where to', join(projectRoot, 'docs', 'images', 'walk.gif'))
  .action((flags: { board: string; out: string }) => record(flags.board, flags.out));
await program.parseAsync();
