// Takes the README's picture of the phone page: `npx tsx test/browser/picture.ts`.
import { mkdir } from 'node:fs/promises';
import { openStage } from './browser.ts';

const talk: Array<[asked: string, answered: string[]]> = [
  [
    'got anything like piranesi? strange house, quiet',
    [
      'strange house, quiet. yeah',
      'Gormenghast by Mervyn Peake, $17.95. one big rotting castle and nobody leaves. one copy here',
      'want it?',
    ],
  ],
  ['yes please', ['nice. ship it or pick it up?']],
  [
    'pick up, i can pay now',
    [
      '$19.14 with tax. pay here and i put your name on it',
      'http://localhost:8080/till/0190a000-0000-7000-8000-000000000001',
    ],
  ],
];

const stage = await openStage();
try {
  const page = await stage.open({
    colorScheme: 'dark',
    locale: 'en-US',
    deviceScaleFactor: 2,
    viewport: { width: 1280, height: 860 },
  });
  const box = page.getByLabel('Text to Marty from (201) 555-0123');
  for (const [asked, answered] of talk) {
    await box.fill(asked);
    await box.press('Enter');
    await page.locator('.typing:not([hidden])').waitFor();
    stage.says(...answered);
    await page.locator('.typing[hidden]').waitFor({ state: 'attached' });
  }
  await box.blur();
  await page.getByRole('link', { name: 'Pay the shop' }).waitFor();
  await page.waitForTimeout(1000); // the last bubble has come to rest
  await mkdir('docs/images', { recursive: true });
  await page.screenshot({ path: 'docs/images/phone.png' });
} finally {
  await stage.close();
}
