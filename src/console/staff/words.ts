// Every English word of the console: what all pages share here, the rest in words/, page by page. Names of states and events
// are the charts' own.
import { actorWords } from './words/actor.ts';
import { deskWords } from './words/desk.ts';
import { many } from './words/names.ts';
import { talkWords } from './words/talk.ts';

export const words = {
  ...actorWords,
  ...deskWords,
  ...talkWords,
  brand: { name: 'Marty' },
  menu: {
    label: 'Main',
    skip: 'Skip to the page',
    inbox: 'Inbox',
    orders: 'Orders',
    stock: 'Stock',
    machines: 'Machines',
    trouble: 'Trouble',
    numbers: 'Numbers',
    audit: 'Audit',
    help: 'Keyboard help',
    theme: 'Light, dark, or as the device has it',
    logOut: 'Log out',
    more: 'More',
  },
  login: {
    title: 'The back room',
    line: 'for those who keep the shop',
    noAccount: 'No account yet? Ask whoever runs the shop: they add one with',
    addAccount: 'marty staff add',
    email: 'E-mail',
    password: 'Password',
    submit: 'Come in',
    wrong: 'That is not an e-mail and password we know.',
    usedLink: 'That link was used, or is too old. Start Marty again for another.',
    tooOften: (seconds: number) => `Too many tries. Wait ${many(Math.ceil(seconds / 60), 'minute', 'minutes')}.`,
  },
  link: { lost: 'The shop is out of reach. What you see may be old; trying again.' },
  problems: {
    unreachable: 'The server does not answer. Check the connection.',
    unreadable: 'The server answered what this page does not understand. Reload the page.',
    status: (status: number) => `The server answered ${status}.`,
    unknown: 'Something went wrong.',
  },
  states: {
    loading: 'Loading',
    broken: 'That did not work',
    unreachable: 'Nobody answers',
    correlation: 'For the log: ',
    again: 'Try again',
    nowhere: 'Nothing here',
    nowhereText: 'This address leads nowhere. The menu leads everywhere else.',
  },
  dialog: { no: 'Not now', close: 'Close' },
  json: { empty: 'nothing', changed: ' (changed) ' },
  keys: {
    title: 'Keys',
    help: 'This help',
    search: 'Search',
    next: 'Next row',
    previous: 'Row before',
    open: 'Open the row',
    names: { ' ': 'Space', ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' } as Record<
      string,
      string
    >,
  },
};
