// Variables that are right one by one and wrong together, and what production refuses to start with.
import type { Variables } from './variables.ts';

type Name = keyof Variables;

// The first is useless without all of the others.
const COMPLETE: Array<{ service: string; any: Name[]; all: Name[] }> = [
  { service: 'Smobi', any: ['SMOBI_API_URL', 'SMOBI_API_KEY'], all: ['SMOBI_API_URL', 'SMOBI_API_KEY'] },
  {
    service: 'Twilio',
    any: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM', 'TWILIO_MESSAGING_SERVICE_SID'],
    all: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  },
  {
    service: 'Square',
    any: ['SQUARE_ACCESS_TOKEN', 'SQUARE_LOCATION_ID'],
    all: ['SQUARE_ACCESS_TOKEN', 'SQUARE_LOCATION_ID'],
  },
];

/** One sentence for each reason not to start; empty when there is none. */
export function refusals(read: Variables): string[] {
  return [...incomplete(read), ...keys(read), ...pooler(read), ...(read.NODE_ENV === 'production' ? unfit(read) : [])];
}

function incomplete(read: Variables): string[] {
  return COMPLETE.flatMap(({ service, any, all }) => {
    const given = any.find((name) => read[name] !== undefined);
    if (given === undefined) return [];
    const missing = all.filter((name) => read[name] === undefined);
    return missing.map((name) => `${name}: not set, and ${service} needs it because ${given} is set`);
  });
}

function keys({ PII_KEY: key, PII_KEY_PREVIOUS: previous }: Variables): string[] {
  if (previous === undefined) return [];
  if (key === undefined) return ['PII_KEY: not set, and it must be where PII_KEY_PREVIOUS is'];
  return key.equals(previous) ? ['PII_KEY_PREVIOUS: the same as PII_KEY; it is the key of before, or nothing'] : [];
}

// A transaction pooler has no LISTEN, which BullMQ on Postgres waits with.
function pooler(read: Variables): string[] {
  if (read.DATABASE_URL === undefined || read.REDIS_URL !== undefined) return [];
  const [host = ''] = new URL(read.DATABASE_URL).hostname.split('.');
  if (!host.endsWith('-pooler')) return [];
  return [
    'DATABASE_URL: a -pooler host has no LISTEN, which the queues on Postgres need; use the direct host ' +
      '(the same name without -pooler), or set REDIS_URL',
  ];
}

function unfit(read: Variables): string[] {
  const missing = (name: Name, how: string) =>
    read[name] === undefined ? [`${name}: production needs it; ${how}`] : [];
  return [
    ...missing('SESSION_SECRET', 'make one with `openssl rand -base64 32`'),
    ...missing('PII_KEY', 'make one with `openssl rand -base64 32` and keep it: without it nothing stored can be read'),
    ...(read.SMOBI_API_KEY === undefined ? [] : missing('SMOBI_WEBHOOK_SECRET', 'Smobi signs what it sends with it')),
    ...(read.SMOBI_API_KEY !== undefined && read.STORE_PHONE === undefined
      ? missing('SMOBI_FROM', 'or STORE_PHONE: texts need a number to come from')
      : []),
    ...(read.TWILIO_AUTH_TOKEN && !read.TWILIO_MESSAGING_SERVICE_SID
      ? missing('TWILIO_FROM', 'or TWILIO_MESSAGING_SERVICE_SID')
      : []),
    ...(read.ALLOW_EMBEDDED ? [] : missing('DATABASE_URL', 'or set ALLOW_EMBEDDED=1 to keep the embedded database')),
    ...(read.ALLOW_DEMO ? [] : demoParts(read)),
  ];
}

function demoParts(read: Variables): string[] {
  const problems: string[] = [];
  if (!read.SMOBI_API_KEY && !read.TWILIO_AUTH_TOKEN) {
    problems.push('SMOBI_API_URL, TWILIO_ACCOUNT_SID: production needs a message provider, or ALLOW_DEMO=1');
  }
  if (!read.SQUARE_ACCESS_TOKEN) problems.push('SQUARE_ACCESS_TOKEN: production needs a till, or ALLOW_DEMO=1');
  else if (read.SQUARE_ENVIRONMENT === 'sandbox' && !read.SQUARE_BASE_URL) {
    problems.push(
      'SQUARE_ENVIRONMENT: read "sandbox", which takes no money; production needs production, or ALLOW_DEMO=1',
    );
  }
  return problems;
}
