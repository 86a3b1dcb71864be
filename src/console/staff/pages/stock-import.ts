// A CSV of books, taken in row by row: how far it is, each bad row with its line and why, and what became of the rest.
import { ImportLine } from '../../../web/wire/stock.ts';
import { element, setText } from '../../dom.ts';
import { sentenceOf } from '../api.ts';
import type { Office } from '../desk.ts';
import { button } from '../parts/controls.ts';
import { openDialog } from '../parts/dialog.ts';
import { count } from '../money.ts';
import { words } from '../words.ts';

/** Resolves when the dialog is closed. */
export function importBooks({ api }: Office): Promise<void> {
  return new Promise((resolve) => {
    const { root, close } = openDialog(words.stock.import, resolve);
    const file = element('input', { type: 'file', accept: '.csv,text/csv', 'aria-label': words.stock.file });
    const progress = element('progress', { max: '1', value: '0', hidden: true, 'aria-label': words.stock.importing });
    const status = element('p', { role: 'status' });
    const bad = element('ol', { class: 'bad-rows' });
    const take = async (chosen: File) => {
      file.disabled = true;
      progress.hidden = false;
      bad.replaceChildren();
      try {
        await api.sendFile('/api/books/import', chosen, ImportLine, (line) => show(line, chosen.size));
      } catch (error) {
        setText(status, sentenceOf(error));
      }
      file.disabled = false;
      progress.hidden = true;
    };
    const show = (line: ImportLine, size: number) => {
      if (line.type === 'bad') bad.append(element('li', {}, words.stock.badRow(line.line, line.reason)));
      else if (line.type === 'failed') setText(status, line.detail);
      else if (line.type === 'done') setText(status, words.stock.imported({ ...line, rows: count(line.rows) }));
      else {
        progress.value = size === 0 ? 1 : line.bytes / size;
        setText(status, words.stock.rows(count(line.rows)));
      }
    };
    file.addEventListener('change', () => {
      const chosen = file.files?.[0];
      if (chosen) void take(chosen);
    });
    const hint = element(
      'p',
      { class: 'note' },
      words.stock.format,
      ' ',
      element('code', {}, 'isbn13,title,authors,year,price,on_hand'),
    );
    root.append(
      element(
        'div',
        { class: 'dialog-body' },
        hint,
        file,
        progress,
        status,
        bad,
        element('div', { class: 'dialog-actions' }, button(words.dialog.close, close)),
      ),
    );
    root.showModal();
  });
}
