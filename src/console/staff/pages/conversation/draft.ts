// What Marty would say now, while a person has the conversation: asked for anew when the customer has written again, sent or
// edited by a person, never by itself.
import { Draft } from '../../../../web/wire/conversation.ts';
import { element } from '../../../dom.ts';
import { isAbort } from '../../api.ts';
import type { Office } from '../../desk.ts';
import { button } from '../../parts/controls.ts';
import { words } from '../../words.ts';

export type DraftBox = {
  root: HTMLElement;
  /** `about` names what a draft would answer; null shows none. */
  show(about: string | null): void;
};

/** `take` gets the draft's text: to be sent as it is, with what it answers, so that two people send it once; or to be edited first. */
export function createDraft(
  { api }: Office,
  path: string,
  take: (text: string, answered: string | null) => void,
  signal: AbortSignal,
): DraftBox {
  const root = element('section', { class: 'draft', hidden: true, 'aria-label': words.draft.title });
  let answers: string | null = null;
  let running: AbortController | null = null;
  const title = (text: string) => element('p', { class: 'draft-title' }, text);
  const again = () => button(words.draft.again, read, { small: true, look: 'quiet' });
  const read = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    root.replaceChildren(title(words.draft.thinking));
    try {
      const draft = await api.get(`${path}/draft`, Draft, { signal: AbortSignal.any([signal, mine.signal]) });
      root.replaceChildren(...partsOf(draft));
    } catch (error) {
      if (isAbort(error) || mine.signal.aborted) return;
      root.replaceChildren(title(words.draft.none), again());
    }
  };
  const partsOf = ({ text, by }: Draft): HTMLElement[] => {
    const buttons = element('div', { class: 'buttons' });
    if (text === '') {
      buttons.append(again());
      return [title(words.draft.silent), buttons];
    }
    buttons.append(
      button(words.draft.send, () => take(text, answers), { small: true, look: 'main' }),
      button(words.draft.edit, () => take(text, null), { small: true }),
      again(),
    );
    return [title(words.draft.by[by]), element('blockquote', {}, text), buttons];
  };
  return {
    root,
    show: (about) => {
      root.hidden = about === null;
      if (about === null || about === answers) return;
      answers = about;
      void read();
    },
  };
}
