// Marty's two voices side by side: what each one brought, and whether more than chance lies between them.
import type { Numbers, VoiceTrial } from '../../../web/wire/numbers.ts';
import { element } from '../../dom.ts';
import { count, money } from '../money.ts';
import { duration } from '../when.ts';
import { words } from '../words.ts';

/** What each voice brought, in figures. */
export function variantsCard({ variants, currency }: Numbers): HTMLElement {
  const rows = variants.map(({ variant, conversations, orders, sales, salesCents, optOuts, answerP50 }) => [
    variant,
    count(conversations),
    count(orders),
    count(sales),
    conversations === 0 ? '–' : percent(sales / conversations),
    money(salesCents, currency),
    count(optOuts),
    duration(answerP50),
  ]);
  return tableCard(words.numbers.labels.variants, Object.values(words.numbers.columns), rows);
}

/** Nothing while only one voice was heard. */
export function trialsCard({ trials }: Numbers): HTMLElement {
  const { trialColumns, trial, noTrial, caution, labels } = words.numbers;
  const voices = trials[0]?.shares.map(({ variant }) => variant) ?? [];
  const head = [trialColumns.measure, ...voices.map(trialColumns.voice), ...trialColumns.rest];
  const rows = trials.map(({ measure, shares, compared }) => [
    trial[measure],
    ...shares.map(({ hits, all }) => `${percent(hits / all)} (${count(hits)} of ${count(all)})`),
    ...comparison(compared),
  ]);
  if (voices.length < 2) return element('p', { class: 'note numbers-note' }, noTrial);
  return tableCard(labels.trials, head, rows, element('p', { class: 'note' }, caution));
}

function comparison(compared: VoiceTrial['compared']): string[] {
  if (compared === null) return ['–', '–', '–'];
  const { difference, low, high, p } = compared;
  return [percent(difference), `${percent(low)} to ${percent(high)}`, p.toFixed(3)];
}

function tableCard(title: string, head: readonly string[], rows: readonly string[][], ...notes: Node[]): HTMLElement {
  const header = head.map((name, n) => element('th', { scope: 'col', ...(n > 0 && { class: 'number' }) }, name));
  const body = rows.map(([first = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      ...cells.map((text) => element('td', { class: 'number' }, text)),
    ),
  );
  const table = element(
    'table',
    { class: 'table' },
    element('thead', {}, element('tr', {}, ...header)),
    element('tbody', {}, ...body),
  );
  return element(
    'section',
    { class: 'card card-wide' },
    element('h2', {}, title),
    element('div', { class: 'table-place', tabindex: '0', role: 'region', 'aria-label': title }, table),
    ...notes,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
