// Where a person writes: an answer to the customer, with Marty's draft beside it while they have the conversation, or a note
// that stays in the house.
import { Accepted } from '../../../../web/wire/common.ts';
import { Note } from '../../../../web/wire/conversation.ts';
import type { Conversation } from '../../../../web/wire/conversation.ts';
import { element, setAttributes, setText } from '../../../dom.ts';
import type { Office } from '../../desk.ts';
import { button, choices } from '../../parts/controls.ts';
import { words } from '../../words.ts';
import { chooseCanned } from './canned.ts';
import { createDraft } from './draft.ts';

const ANSWER_MAX = 1600;
const NOTE_MAX = 2000;
type Mode = 'answer' | 'note';

/** What somebody began to write and left, by who, where and how; it is there when they come back. */
const unsent = new Map<string, string>();

export type Composer = {
  root: HTMLElement;
  show(conversation: Conversation): void;
  /** Leads to the line that the customer is answered in. */
  answer(): void;
};

/** `changed` is awaited after something was sent. */
export function createComposer(
  office: Office,
  path: string,
  now: () => Conversation,
  changed: () => Promise<unknown>,
  signal: AbortSignal,
): Composer {
  const { tell, complain } = office;
  let mode: Mode = 'answer';
  let key: string = crypto.randomUUID();
  const box = element('textarea', { class: 'input', rows: '2' });
  const place = () => `${office.staff.id} ${mode} ${path}`;
  const write = (text: string) => {
    box.value = text;
    unsent.set(place(), text);
  };
  write(unsent.get(place()) ?? '');
  box.addEventListener('input', () => unsent.set(place(), box.value));
  const submit = element('button', { type: 'submit', class: 'button button-main' });
  const hint = element('p', { class: 'hint' });
  const draft = createDraft(
    office,
    path,
    (text, answered) => {
      write(text);
      box.focus();
      if (answered !== null) void send(`draft:${answered}`);
    },
    signal,
  );
  const turnTo = (next: Mode) => {
    mode = next;
    write(unsent.get(place()) ?? '');
    show(now());
    box.focus();
  };
  const modes = choices(words.composer.modes, modesOf, mode, (value) => turnTo(value === 'note' ? 'note' : 'answer'));
  const canned = button(words.canned.open, () => insertCanned(office, box, write, now()), { small: true });
  const send = async (as = key) => {
    const text = box.value.trim();
    if (text === '') return;
    setAttributes(submit, { 'aria-busy': 'true' });
    try {
      const { duplicate } = await sendWords(office, { path, mode, text, key: as });
      key = crypto.randomUUID();
      write('');
      tell(mode === 'note' ? words.notes.kept : duplicate ? words.composer.sentAlready : words.composer.sent);
      await changed();
    } catch (error) {
      complain(error);
    } finally {
      setAttributes(submit, { 'aria-busy': null });
    }
  };
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    root.requestSubmit();
  });
  const foot = element('div', { class: 'composer-foot' }, hint, canned, submit);
  const root = element('form', { class: 'composer' }, draft.root, modes.root, box, foot);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  const show = (conversation: Conversation) => {
    const isMine = conversation.keeper?.id === office.staff.id;
    const said = wordsFor(mode, isMine, conversation);
    modes.show(modesOf, mode);
    setAttributes(root, { 'data-mode': mode });
    setAttributes(box, {
      'aria-label': said.label,
      placeholder: said.placeholder,
      maxlength: String(mode === 'note' ? NOTE_MAX : ANSWER_MAX),
      disabled: mode === 'answer' && conversation.optedOut,
    });
    setText(submit, said.submit);
    setText(hint, said.hint);
    canned.hidden = mode === 'note';
    draft.show(isMine && mode === 'answer' && !conversation.optedOut ? (conversation.last?.at ?? 'nothing') : null);
  };
  return { root, show, answer: () => turnTo('answer') };
}

const modesOf = [
  { value: 'answer', label: words.composer.answer },
  { value: 'note', label: words.notes.one },
];

function wordsFor(mode: Mode, isMine: boolean, { optedOut, attention, keeper }: Conversation) {
  const { composer, notes } = words;
  if (mode === 'note') return { label: notes.write, placeholder: notes.write, submit: notes.keep, hint: notes.hint };
  const other = attention === 'staff' ? (keeper?.name ?? composer.somebody) : words.brand.name;
  const placeholder = isMine ? composer.answerTo : composer.speakingTakesOver(other);
  const hint = optedOut ? composer.optedOut : isMine ? composer.hint : composer.takesOver(other);
  return { label: composer.answerTo, placeholder, submit: composer.send, hint };
}

/** The same `key` twice is one text. */
async function sendWords(
  { api }: Office,
  { path, mode, text, key }: { path: string; mode: Mode; text: string; key: string },
): Promise<{ duplicate: boolean }> {
  const body = { text };
  if (mode === 'note') {
    await api.send({ method: 'POST', path: `${path}/notes`, body, schema: Note });
    return { duplicate: false };
  }
  return api.send({ method: 'POST', path: `${path}/messages`, body, schema: Accepted, key });
}

async function insertCanned(
  office: Office,
  box: HTMLTextAreaElement,
  write: (text: string) => void,
  { name }: Conversation,
): Promise<void> {
  const text = await chooseCanned(office, box.value);
  if (text === null) return;
  write(text.replaceAll('{name}', name?.split(/\s+/)[0] ?? words.canned.you));
  box.focus();
}
