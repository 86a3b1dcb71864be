// Ready answers that staff share: chosen into the line to write in, kept from it, thrown away.
import { Canned, CannedPage } from '../../../../web/wire/conversation.ts';
import { element } from '../../../dom.ts';
import { Whatever } from '../../api.ts';
import type { Office } from '../../desk.ts';
import { button, field, iconButton } from '../../parts/controls.ts';
import { ask, openDialog } from '../../parts/dialog.ts';
import { words } from '../../words.ts';

/** The chosen answer, or null. `written` is what stands in the line now: it can be kept for the next time. */
export async function chooseCanned(office: Office, written: string): Promise<string | null> {
  const { items } = await office.api.get('/api/canned', CannedPage);
  return new Promise((resolve) => {
    const { root, close } = openDialog(words.canned.title, () => resolve(null));
    const choose = (text: string) => {
      resolve(text);
      close();
    };
    const rows = items.map((one) => cannedRow(office, one, () => choose(one.text)));
    const list = rows.length > 0 ? element('ul', { class: 'canned' }, ...rows) : element('p', {}, words.canned.none);
    const keep = button(words.canned.keep, () => {
      close();
      return keepCanned(office, written);
    });
    keep.disabled = written.trim() === '';
    const actions = element('div', { class: 'dialog-actions' }, keep, button(words.dialog.close, close));
    root.append(element('div', { class: 'dialog-body' }, list, actions));
    root.showModal();
  });
}

function cannedRow({ api, complain }: Office, { id, title, text }: Canned, chosen: () => void): HTMLElement {
  const name = element('strong', {}, title);
  const choose = element('button', { type: 'button', class: 'canned-choice' }, name, element('span', {}, text));
  choose.addEventListener('click', chosen);
  const row = element('li', {}, choose);
  const drop = iconButton(words.canned.drop(title), 'cross', async () => {
    try {
      await api.send({ method: 'DELETE', path: `/api/canned/${id}`, schema: Whatever });
      row.remove();
    } catch (error) {
      complain(error);
    }
  });
  row.append(drop);
  return row;
}

async function keepCanned({ api, tell, complain }: Office, text: string): Promise<void> {
  const title = field(words.canned.name, { name: 'title', required: true, maxlength: '80' });
  const isMeant = await ask({ title: words.canned.keep, text, yes: words.canned.keepYes, body: title.root });
  if (!isMeant) return;
  try {
    const body = { title: title.input.value, text: text.trim() };
    await api.send({ method: 'PUT', path: `/api/canned/${crypto.randomUUID()}`, body, schema: Canned });
    tell(words.canned.kept);
  } catch (error) {
    complain(error);
  }
}
