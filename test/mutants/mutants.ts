// Each guarantee, broken on purpose: a patch of the source, and the test that must notice.

/** `find` occurs exactly once in `file`. */
export type Patch = { file: string; find: string; replace: string };
/** A fault of the source. */
export type Fault = { guarantee: string; what: string; patches: readonly Patch[] };
/** One that a test must notice. `title` is a regular expression over full test names; none means the whole file. */
export type Mutant = Fault & { test: string; title?: string };

const R = 'src/runtime';
const one = (file: string, find: string, replace: string): Patch[] => [{ file, find, replace }];

export const mutants: readonly Mutant[] = [
  {
    guarantee: 'G1',
    what: 'answers before the commit',
    patches: one(
      `${R}/lane.ts`,
      'const committed = await persevere(items);',
      "for (const item of items) item.settle('stepped');\n    const committed = await persevere(items);",
    ),
    test: 'test/runtime/accepting.test.ts',
    title: 'G1',
  },
  {
    guarantee: 'G1',
    what: 'a lane sleeps on an item that came in its last tick',
    patches: one(`${R}/lane.ts`, '    running = null;\n  }', '    await Promise.resolve();\n    running = null;\n  }'),
    test: 'test/runtime/accepting.test.ts',
    title: 'one who waits for each answer',
  },
  {
    guarantee: 'G1',
    what: 'a connection goes back with its transaction still open',
    patches: one('src/commerce/db.ts', 'client.release(!isSound);', 'client.release();'),
    test: 'test/commerce/db.test.ts',
    title: 'G1',
  },
  {
    guarantee: 'G2',
    what: 'known dedupe keys are not read',
    patches: one(`${R}/batch.ts`, "if (known.seen.has(`${actorKey}/${dedupeKey}`)) return 'duplicate';", ''),
    test: 'test/runtime/accepting.test.ts',
    title: 'G2',
  },
  {
    guarantee: 'G2',
    what: 'dedupe keys are neither compared nor kept',
    patches: [
      { file: `${R}/batch.ts`, find: 'if (dedupeKey !== null) {', replace: 'if (dedupeKey === storeId.toString()) {' },
      {
        file: `${R}/batch.ts`,
        find: "if (dedupeKey !== null && taken !== 'dropped')",
        replace: "if (dedupeKey === storeId.toString() && taken !== 'dropped')",
      },
    ],
    test: 'test/runtime/accepting.test.ts',
    title: 'fifty copies',
  },
  {
    guarantee: 'G2',
    what: 'a result is taken in whatever its command says',
    patches: one(`${R}/turn.ts`, 'if (!cancelled && !isOpen(command.status)) return false;', ''),
    test: 'test/runtime/accepting.test.ts',
    title: 'told twice',
  },
  {
    guarantee: 'G3',
    what: 'actors are read without a lock',
    patches: one(`${R}/batch-reads.ts`, "FOR NO KEY UPDATE OF a${patience === 'skip' ? ' SKIP LOCKED' : ''}", ''),
    test: 'test/runtime/one-writer.test.ts',
    title: 'in every order',
  },
  {
    guarantee: 'G3',
    what: 'dedupe keys are read before the lock is held',
    patches: [
      { file: `${R}/batch-reads.ts`, find: 'const [, actors, seen,', replace: 'const [, seen, actors,' },
      {
        file: `${R}/batch-reads.ts`,
        find: 'lockActors(connection, items, patience),\n    readSeen(connection, items),',
        replace: 'readSeen(connection, items),\n    lockActors(connection, items, patience),',
      },
      {
        file: `${R}/batch-writes.ts`,
        find: 'AS u(store_id, actor_key, key)`,',
        replace: 'AS u(store_id, actor_key, key) ON CONFLICT DO NOTHING`,',
      },
    ],
    test: 'test/runtime/one-writer.test.ts',
    title: 'the same message',
  },
  {
    guarantee: 'G4',
    what: 'each statement commits by itself',
    patches: one(`${R}/batch-reads.ts`, "connection.query('BEGIN'),", "connection.query('SELECT 1'),"),
    test: 'test/runtime/timers.test.ts',
    title: 'G4',
  },
  {
    guarantee: 'G4',
    what: 'messages to others are not written with the turn',
    patches: one(
      `${R}/batch-writes.ts`,
      '...some([...turns.flatMap((turn) => turn.inbox), ...inbox],',
      '...some(turns.flatMap((turn) => turn.inbox).concat(inbox.slice(0, 0)),',
    ),
    test: 'test/runtime/timers.test.ts',
    title: 'arrive once and in the order',
  },
  {
    guarantee: 'G4',
    what: 'messages to others are written in any order',
    patches: one(
      `${R}/batch-reads.ts`,
      'ORDER BY i.position LIMIT w.most\n      ) i ORDER BY i.position',
      'ORDER BY i.position DESC LIMIT w.most\n      ) i ORDER BY i.position DESC',
    ),
    test: 'test/runtime/builds.test.ts',
    title: 'parks what comes',
  },
  {
    guarantee: 'G4',
    what: 'the second start gives birth again',
    patches: [
      {
        file: `${R}/turn.ts`,
        find: "if (cause.kind === 'init' && turn.row.seq + turn.journal.length > 0) return 'dropped';",
        replace: '',
      },
      {
        file: `${R}/turn.ts`,
        find: 'if (!turn.live) bear(',
        replace: "if (!turn.live || cause.kind === 'init') bear(",
      },
    ],
    test: 'test/runtime/timers.test.ts',
    title: 'born once',
  },
  {
    guarantee: 'G5',
    what: 'a ticket does not tell who claimed the command at its birth',
    patches: one(
      `${R}/claims.ts`,
      "(c.status = 'pending' OR (c.status = 'running' AND c.owner = w.owner ",
      "(c.status = 'pending' OR (c.status = 'running' AND c.owner IS NULL ",
    ),
    test: 'test/runtime/commands.test.ts',
    title: 'is taken over',
  },
  {
    guarantee: 'G5',
    what: 'a cancelled command that was claimed at its birth starts all the same',
    patches: one(`${R}/worker.ts`, 'newborns.drop(ids)', 'newborns.drop([])'),
    test: 'test/runtime/commands.test.ts',
    title: 'before its ticket came',
  },
  {
    guarantee: 'G5',
    what: 'a claim is kept though its ticket has been here: work under way is taken for work that never began',
    patches: one(`${R}/newborns.ts`, 'if (!early.delete(name)) kept.set', 'kept.set'),
    test: 'test/runtime/newborns.test.ts',
    title: 'before the answer to the commit',
  },
  {
    guarantee: 'G5',
    what: 'a ticket that comes twice is taken over from its own process',
    patches: one(`${R}/worker.ts`, 'stopping || running.has(attemptName(ticket))', 'stopping'),
    test: 'test/runtime/commands.test.ts',
    title: 'is not run twice',
  },
  {
    guarantee: 'G5',
    what: 'a cancel is forgotten',
    patches: one(`${R}/keep-step.ts`, 'else turn.cancelled.push(id);', 'else void id;'),
    test: 'test/runtime/commands.test.ts',
    title: 'left',
  },
  {
    guarantee: 'G5',
    what: 'a cancel is not told to other processes',
    patches: one(
      `${R}/worker.ts`,
      'if (lost.has(name)) controller.abort();',
      'if (lost.has(`${name}!`)) controller.abort();',
    ),
    test: 'test/runtime/commands.test.ts',
    title: 'another process too',
  },
  {
    guarantee: 'G5',
    what: 'no undo is written for a dropped result',
    patches: one(
      `${R}/turn.ts`,
      "if (cancelled ? outcome.status !== 'refused' : outcome.status === 'failed')",
      "if (!cancelled && outcome.status === 'failed')",
    ),
    test: 'test/runtime/commands.test.ts',
    title: 'dropped and undone',
  },
  {
    guarantee: 'G5',
    what: 'the input of a command cancelled in its own batch is not read',
    patches: one(`${R}/batch-reads.ts`, 'risky: shared || failed', 'risky: (shared && false) || failed'),
    test: 'test/runtime/commands.test.ts',
    title: 'in one batch, is dropped and undone',
  },
  {
    guarantee: 'G5',
    what: 'work tells its actor something when its state was left',
    patches: one(`${R}/turn.ts`, "command?.status !== 'running' ||", '!command ||'),
    test: 'test/runtime/telling.test.ts',
    title: 'is dropped once the state was left',
  },
  {
    guarantee: 'G5',
    what: 'an attempt that lost its lease tells something all the same',
    patches: one(`${R}/turn.ts`, ' || command.attempt !== attempt ||', ' || (command.attempt !== attempt && false) ||'),
    test: 'test/runtime/telling.test.ts',
    title: 'comes from the attempt under way alone',
  },
  {
    guarantee: 'G5',
    what: 'a lease never runs out',
    patches: one(
      `${R}/sweeper.ts`,
      "status = CASE WHEN d.status = 'running' THEN 'pending' ELSE c.status END",
      'status = c.status',
    ),
    test: 'test/runtime/accepting.test.ts',
    title: 'told twice',
  },
  {
    guarantee: 'G5',
    what: 'tickets are sent again under the job id of the dead',
    patches: one(`${R}/sweeper.ts`, '0, `-${now}`', "0, ''"),
    test: 'test/runtime/commands.test.ts',
    title: 'between queue and claim',
  },
  {
    guarantee: 'G5',
    what: 'an attempt that lost its lease may fail the next one',
    patches: one(`${R}/turn.ts`, 'if (!cancelled && isStale(cause, command)) return false;', ''),
    test: 'test/runtime/commands.test.ts',
    title: 'lost its lease',
  },
  {
    guarantee: 'G6',
    what: 'a lost answer is asked for under a new request',
    patches: one(
      'src/commerce/payment-links.ts',
      'const known = await findIntent(counter.db, ref);',
      "const known = await findIntent(counter.db, { ...ref, key: '' });",
    ),
    test: 'test/commerce/actors.test.ts',
    title: 'frozen request',
  },
  {
    guarantee: 'G6',
    what: 'the key of a refund is new each time',
    patches: one(
      'src/commerce/refunds.ts',
      'const intent = `${orderId}:${paymentId}:${amountCents}`;',
      'const intent = `${orderId}:${paymentId}:${amountCents}:${Math.random()}`;',
    ),
    test: 'test/commerce/actors.test.ts',
    title: 'money goes back once',
  },
  {
    guarantee: 'G7',
    what: 'timers fire without a look at their token',
    patches: one(`${R}/turn.ts`, 'if (due?.token !== token) return null;', 'if (!due || token === id) return null;'),
    test: 'test/runtime/timers.test.ts',
    title: 'on its way already',
  },
  {
    guarantee: 'G7',
    what: 'cancelled timers keep their rows',
    patches: one(
      `${R}/batch-writes.ts`,
      '...some(gone, (rows) => deleteTimers(send, rows)),',
      '...some(gone.slice(0, 0), (rows) => deleteTimers(send, rows)),',
    ),
    test: 'test/runtime/timers.test.ts',
    title: 'G7',
  },
  {
    guarantee: 'G7',
    what: 'timers of dead processes are left alone',
    patches: one(`${R}/timers.ts`, 'WHERE held_until <= $1 ORDER', 'WHERE held_until <= $1 AND false ORDER'),
    test: 'test/runtime/timers.test.ts',
    title: 'in the next one',
  },
  {
    guarantee: 'G8',
    what: 'bubbles leave youngest first',
    patches: one(
      'src/channels/outbox.ts',
      '.orderBy(asc(messages.seq), asc(messages.position))',
      '.orderBy(desc(messages.seq), desc(messages.position))',
    ),
    test: 'test/channels/deliver.test.ts',
    title: 'in the order they were said',
  },
  {
    guarantee: 'G8',
    what: 'a bubble of unknown fate is sent again everywhere',
    patches: one(
      'actors/deliver.ts',
      "if (bubble.status === 'sending' && !channel.honoursReference) {",
      "if (bubble.status === 'sent' && !channel.honoursReference) {",
    ),
    test: 'test/channels/deliver.test.ts',
    title: 'never sent twice',
  },
  {
    guarantee: 'G9',
    what: 'stock is counted before it is locked',
    patches: [
      {
        file: 'src/commerce/stock/counts.ts',
        find: "return select(tx, storeId, isbn13s).for('no key update');",
        replace: 'return select(tx, storeId, isbn13s).execute();',
      },
      {
        file: 'src/commerce/stock/counts.ts',
        find: 'return count.onHand - count.reserved < copies ? [count] : [];',
        replace: 'return count.onHand < copies ? [count] : [];',
      },
    ],
    test: 'test/commerce/stock.test.ts',
  },
  {
    guarantee: 'G9',
    what: 'a key reserves each time it is asked',
    patches: one(
      'src/commerce/stock/reserve.ts',
      'if (same) return answerAgain(same);',
      "if (same?.state === 'sold') return answerAgain(same);",
    ),
    test: 'test/commerce/stock.test.ts',
    title: 'one key promises once',
  },
  {
    guarantee: 'G10',
    what: 'consent is not read again before a send',
    patches: one('src/channels/gate.ts', "if (thread.optedOut && !bubble.exempt) return 'opted_out';", ''),
    test: 'test/channels/deliver.test.ts',
    title: 'STOP',
  },
  {
    guarantee: 'G11',
    what: 'a batch waits for a locked actor',
    patches: one(`${R}/batch-reads.ts`, "${patience === 'skip' ? ' SKIP LOCKED' : ''}", ''),
    test: 'test/runtime/aside.test.ts',
    title: 'frozen process that holds',
  },
  {
    guarantee: 'G11',
    what: 'a batch that cannot be written fails whole',
    patches: one(
      `${R}/lane.ts`,
      'for (const item of items) await attempt([item]);',
      'for (const item of items) item.fail(asError(error));',
    ),
    test: 'test/runtime/aside.test.ts',
    title: 'cannot be written for',
  },
  {
    guarantee: 'G11',
    what: 'a poisonous inbox row stays first',
    patches: one(
      `${R}/shelf.ts`,
      "UPDATE inbox SET state = 'aside', trouble = $4",
      "UPDATE inbox SET state = 'waiting', trouble = $4",
    ),
    test: 'test/runtime/aside.test.ts',
    title: 'those behind it arrive',
  },
  {
    guarantee: 'G11',
    what: 'a machine’s failure is kept as its state',
    patches: one(
      `${R}/stepper.ts`,
      "if (snapshot.status === 'error') {",
      "if (snapshot.status === 'error' && event === undefined) {",
    ),
    test: 'test/runtime/stepper.test.ts',
    title: 'failures leave nothing',
  },
  {
    guarantee: 'G12',
    what: 'the version of an actor is not looked at',
    patches: one(
      `${R}/actor-turn.ts`,
      'if (row.version > definition.version) {',
      'if (row.version > definition.version + 9) {',
    ),
    test: 'test/runtime/builds.test.ts',
    title: 'that it could read',
  },
  {
    guarantee: 'G12',
    what: 'migrations are not run',
    patches: one(
      `${R}/actor-turn.ts`,
      'for (let version = from; version < definition.version; version++) {',
      'for (let version = definition.version; version < from; version++) {',
    ),
    test: 'test/runtime/builds.test.ts',
    title: 'is migrated',
  },
  {
    guarantee: 'G12',
    what: 'a restored value is not compared with the stored one',
    patches: one(
      `${R}/position.ts`,
      'if (!isSame(snapshot.value, value))',
      'if (!isSame(snapshot.value, snapshot.value))',
    ),
    test: 'test/runtime/stepper.test.ts',
    title: 'unreadable',
  },
  {
    guarantee: 'G12',
    what: 'replay does not compare',
    patches: one(`${R}/replay.ts`, 'if (JSON.stringify(is) !== JSON.stringify(was))', 'if (is === undefined)'),
    test: 'test/runtime/builds.test.ts',
    title: 'replay names',
  },
  {
    guarantee: 'G12',
    what: 'a restored actor has forgotten its history',
    patches: one(
      `${R}/persist.ts`,
      'positionOf(machine, { value, historyValue })',
      'positionOf(machine, { value, historyValue: {} })',
    ),
    test: 'test/equivalence/drawn.test.ts',
    title: '100 machines',
  },
  {
    guarantee: 'G13',
    what: 'stale talk is sent',
    patches: one(
      'src/channels/gate.ts',
      "return overtaken || nowMs - bubble.at.getTime() > TALK_MAX_AGE_MS ? 'stale' : 'send';",
      "return overtaken && nowMs < 0 ? 'stale' : 'send';",
    ),
    test: 'test/channels/deliver.test.ts',
    title: 'talk',
  },
  {
    guarantee: 'G13',
    what: 'old facts are dropped as talk is',
    patches: one('src/channels/gate.ts', "if (bubble.kind === 'fact') return 'send';", ''),
    test: 'test/channels/deliver.test.ts',
    title: 'a fact arrives',
  },
  {
    guarantee: 'G14',
    what: 'xstate events come in from outside',
    patches: one(`${R}/send.ts`, "if (type.startsWith('xstate.'))", "if (type.startsWith('xstate!'))"),
    test: 'test/runtime/accepting.test.ts',
    title: 'G14',
  },
  {
    guarantee: 'G14',
    what: 'machines send each other xstate events',
    patches: one(`${R}/effects.ts`, "if (event.type.startsWith('xstate.'))", "if (event.type.startsWith('xstate!'))"),
    test: 'test/runtime/stepper.test.ts',
    title: 'no durable form fails the turn: forged',
  },
];
