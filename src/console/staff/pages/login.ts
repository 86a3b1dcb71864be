// Who are you? The page before all others; a one-time link is the server's to read and never comes here.
import { SessionInfo } from '../../../web/wire/session.ts';
import { drawing, element, setText } from '../../dom.ts';
import type { Api } from '../api.ts';
import { Refused, sentenceOf, Whatever } from '../api.ts';
import type { Page } from '../desk.ts';
import { field } from '../parts/controls.ts';
import { words } from '../words.ts';

/** @param said what is to be read above the button at first */
export function loginPage(api: Api, enter: (session: SessionInfo) => void, said = ''): Page {
  const email = field(words.login.email, { name: 'email', type: 'email', required: true, autocomplete: 'username' });
  const password = field(words.login.password, {
    name: 'password',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
  });
  const trouble = element('p', { class: 'login-trouble', role: 'alert' }, said);
  const submit = element('button', { type: 'submit', class: 'button button-main' }, words.login.submit);
  const form = element('form', { class: 'login-form' }, email.root, password.root, trouble, submit);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void logIn();
  });
  const logIn = async () => {
    submit.setAttribute('aria-busy', 'true');
    setText(trouble, '');
    try {
      const body = { email: email.input.value, password: password.input.value };
      await api.send({ method: 'POST', path: '/api/session', body, schema: Whatever });
      enter(await api.get('/api/session', SessionInfo));
    } catch (error) {
      setText(trouble, refusalOf(error));
      password.input.value = '';
      password.input.focus();
    } finally {
      submit.removeAttribute('aria-busy');
    }
  };
  const root = element(
    'main',
    { class: 'login' },
    element(
      'div',
      { class: 'login-card' },
      element('span', { class: 'portrait' }, drawing('marty')),
      element('h1', {}, words.login.title),
      element('p', { class: 'login-line' }, words.login.line),
      form,
      element('p', { class: 'hint' }, words.login.noAccount, ' ', element('code', {}, words.login.addAccount), '.'),
    ),
  );
  return { title: words.login.title, root };
}

function refusalOf(error: unknown): string {
  if (error instanceof Refused && error.status === 401) return words.login.wrong;
  if (error instanceof Refused && error.status === 429) return words.login.tooOften(error.retryAfter ?? 60);
  return sentenceOf(error);
}
