// What every page of the console knows: who is logged in, whether the live feed stands, what waits, and what was just told.
import { createStore } from '@xstate/store';
import type { InboxPage } from '../../web/wire/inbox.ts';
import type { SessionInfo } from '../../web/wire/session.ts';
import type { LinkState } from './live.ts';

export type Notice = { id: number; kind: 'done' | 'trouble'; text: string };
export type Staff = SessionInfo['staff'];
export type Desk = {
  session: SessionInfo | null;
  link: LinkState;
  waiting: InboxPage['counts'];
  /** Dead letters and what was set aside. */
  trouble: number;
  notices: Notice[];
};

/** More than that at once nobody reads. */
const NOTICES_MAX = 3;

export function createDesk() {
  const context: Desk = {
    session: null,
    link: 'connecting',
    waiting: { waiting: 0, unread: 0, staff: 0 },
    trouble: 0,
    notices: [],
  };
  return createStore({
    context,
    on: {
      loggedIn: (desk, { session }: { session: SessionInfo }) => ({ ...desk, session }),
      loggedOut: (desk) => ({ ...desk, session: null, waiting: { waiting: 0, unread: 0, staff: 0 }, trouble: 0 }),
      linkChanged: (desk, { link }: { link: LinkState }) => ({ ...desk, link }),
      waitingCounted: (desk, { waiting }: { waiting: Desk['waiting'] }) => ({ ...desk, waiting }),
      troubleCounted: (desk, { trouble }: { trouble: number }) => ({ ...desk, trouble }),
      noticed: (desk, notice: Notice) => ({
        ...desk,
        notices: [...desk.notices, withoutType(notice)].slice(-NOTICES_MAX),
      }),
      noticeLeft: (desk, { id }: { id: number }) => ({ ...desk, notices: desk.notices.filter((one) => one.id !== id) }),
    },
  });
}
export type DeskStore = ReturnType<typeof createDesk>;

function withoutType({ id, kind, text }: Notice): Notice {
  return { id, kind, text };
}
