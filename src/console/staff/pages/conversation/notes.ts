// Notes that staff keep about a customer; the customer never sees them.
import type { Conversation } from '../../../../web/wire/conversation.ts';
import { element } from '../../../dom.ts';
import { Whatever } from '../../api.ts';
import type { Office } from '../../desk.ts';
import { iconButton } from '../../parts/controls.ts';
import { ask } from '../../parts/dialog.ts';
import { empty } from '../../parts/states.ts';
import { agoElement } from '../../when.ts';
import { words } from '../../words.ts';

/** `changed` is called when a note was thrown away. */
export function notesPanel(office: Office, path: string, { notes }: Conversation, changed: () => void): HTMLElement {
  if (notes.length === 0) return empty(words.notes.none, words.notes.noneText);
  return element('ul', { class: 'notes' }, ...notes.map((note) => noteRow(office, path, note, changed)));
}

type Note = Conversation['notes'][number];

function noteRow({ api, complain, tell }: Office, path: string, { id, text, at, by }: Note, changed: () => void) {
  const drop = iconButton(words.notes.drop, 'cross', async () => {
    if (!(await ask({ ...words.notes.dropQuestion, danger: true }))) return;
    try {
      await api.send({ method: 'DELETE', path: `${path}/notes/${id}`, schema: Whatever });
      row.remove();
      tell(words.notes.dropped);
      changed();
    } catch (error) {
      complain(error);
    }
  });
  const foot = element('p', { class: 'note' }, by.name, ' · ', agoElement(at));
  const row = element('li', { class: 'note-row' }, element('div', {}, element('p', {}, text), foot), drop);
  return row;
}
