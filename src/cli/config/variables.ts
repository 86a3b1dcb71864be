// Every environment variable that Marty reads. All are optional; a value that is there must be right, or nothing starts.
import { z } from 'zod';
import {
  day,
  field,
  flag,
  isAddressRange,
  isOrigin,
  isTimezone,
  key32,
  list,
  notes,
  prices,
  secret,
  taxRatePpm,
  url,
  wholeNumber,
  words,
} from './fields.ts';
import { openingHours } from './opening-hours.ts';
import { ConfigError } from '../plain-errors.ts';

const token = z.string().regex(/^\S{1,500}$/);
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/);
const sender = z.string().regex(/^\S{1,64}$/);

// `ws://` may be written before it and is dropped: the driver adds it.
const proxy = z
  .string()
  .regex(/^(?:ws:\/\/)?[\w.-]+(?::\d{1,5})?(?:\/\S*)?$/)
  .transform((text) => text.replace(/^ws:\/\//, ''));

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const WEB = 'an address that begins with http:// or https://';
const TEXT = 'text of at most 500 characters';
const TOKEN = 'a word of at most 500 characters without blanks';
const FLAG = '1 or 0 (also true/false, yes/no, on/off)';

const Variables = z.object({
  PORT: field(wholeNumber(1, 65_535), 'a whole number from 1 to 65535'),
  HOST: field(z.string().regex(/^[\w.:-]{1,253}$/), 'an IP address or a host name'),
  PUBLIC_URL: field(url('https?'), WEB),
  NODE_ENV: field(z.enum(['development', 'test', 'production']), 'development, test or production'),
  LOG_LEVEL: field(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'fatal, error, warn, info, debug, trace or silent',
  ),
  DATABASE_URL: secret(
    z.url({ protocol: /^postgres(?:ql)?$/ }),
    'an address that begins with postgres:// or postgresql://',
  ),
  DATABASE_DRIVER: field(z.enum(['pg', 'neon']), 'pg or neon'),
  NEON_WS_PROXY: field(proxy, 'host:port/path of a WebSocket proxy'),
  MARTY_DATA_DIR: field(words, 'the path of a folder'),
  REDIS_URL: secret(z.url({ protocol: /^rediss?$/ }), 'an address that begins with redis:// or rediss://'),
  ENABLE_SIMULATOR: field(flag, FLAG),
  ALLOW_EMBEDDED: field(flag, FLAG),
  ALLOW_DEMO: field(flag, FLAG),
  CORS_ORIGINS: field(list(isOrigin), 'origins between commas, such as https://shop.example'),
  ANTHROPIC_API_KEY: secret(token, TOKEN),
  ANTHROPIC_BASE_URL: field(url('https?'), WEB),
  ANTHROPIC_MODEL: field(token, 'the name of a model'),
  CLAUDE_PER_MINUTE: field(wholeNumber(1, 100_000), 'a whole number from 1 to 100000'),
  ANTHROPIC_PRICES: field(prices, 'dollars a million tokens read and written, such as 3/15'),
  SMS_PER_SECOND: field(wholeNumber(1, 1_000), 'a whole number from 1 to 1000'),
  SMOBI_API_URL: field(url('https?'), WEB),
  SMOBI_API_KEY: secret(token, TOKEN),
  SMOBI_WEBHOOK_SECRET: secret(token, TOKEN),
  SMOBI_FROM: field(sender, "a phone number or a sender's name without blanks"),
  SMOBI_IP_ALLOWLIST: field(list(isAddressRange), 'IP addresses or ranges between commas, such as 203.0.113.0/24'),
  TWILIO_ACCOUNT_SID: field(token, TOKEN),
  TWILIO_AUTH_TOKEN: secret(token, TOKEN),
  TWILIO_FROM: field(sender, 'a phone number such as +12015550100, or a sender'),
  TWILIO_MESSAGING_SERVICE_SID: field(token, TOKEN),
  TWILIO_BASE_URL: field(url('https?'), WEB),
  SQUARE_ACCESS_TOKEN: secret(token, TOKEN),
  SQUARE_LOCATION_ID: field(token, TOKEN),
  SQUARE_ENVIRONMENT: field(z.enum(['sandbox', 'production']), 'sandbox or production'),
  SQUARE_BASE_URL: field(url('https?'), WEB),
  SQUARE_PER_SECOND: field(wholeNumber(1, 1_000), 'a whole number from 1 to 1000'),
  SQUARE_WEBHOOK_SIGNATURE_KEY: secret(token, TOKEN),
  SQUARE_WEBHOOK_URL: field(z.url({ protocol: /^https?$/ }), WEB),
  HARDCOVER_API_KEY: secret(words, TEXT),
  HARDCOVER_API_URL: field(url('https?'), WEB),
  HARDCOVER_TOKEN_EXPIRY: field(day, 'a day such as 2027-03-31'),
  OPEN_LIBRARY_CONTACT: field(words, TEXT),
  OPEN_LIBRARY_API_URL: field(url('https?'), WEB),
  BOOKSHOP_AFFILIATE_ID: field(z.string().regex(/^[\w-]{1,64}$/), 'letters and digits'),
  STORE_NAME: field(z.string().max(80), 'text of at most 80 characters'),
  STORE_TIMEZONE: field(z.string().refine(isTimezone), 'a time zone such as America/New_York'),
  STORE_HOURS: field(openingHours, 'opening hours such as "Wed-Sun 12-19" or "Mon-Fri 9:30-18, Sat 10-14"'),
  STORE_PHONE: field(phone, 'a phone number such as +12015550100'),
  STORE_PLACE: field(z.string().max(120), 'text of at most 120 characters'),
  STORE_CONTACT: field(z.string().max(60), 'text of at most 60 characters, such as an e-mail address'),
  STORE_CURRENCY: field(z.string().regex(/^[A-Z]{3}$/), 'a currency code such as USD'),
  STORE_TAX_RATE: field(taxRatePpm, 'a rate such as 6.625% or 0.06625'),
  STORE_SHIPPING_CENTS: field(wholeNumber(0, 100_000), 'a whole number of cents from 0 to 100000'),
  STAFF_API_TOKEN: secret(z.string().regex(/^\S{8,500}$/), 'a word of at least 8 characters without blanks'),
  SESSION_SECRET: secret(z.string().min(16).max(500), 'a secret of at least 16 characters'),
  PII_KEY: secret(key32, '32 bytes in base64 (openssl rand -base64 32)'),
  PII_KEY_PREVIOUS: secret(key32, '32 bytes in base64: the PII_KEY of before, while `marty keys rotate` is not done'),
  OTEL_EXPORTER_OTLP_ENDPOINT: field(url('https?'), WEB),
  OTEL_EXPORTER_OTLP_PROTOCOL: field(z.literal('http/json'), 'http/json, the one that Marty speaks'),
  OTEL_EXPORTER_OTLP_HEADERS: secret(
    z.string().regex(/^[^=,]+=[^,]*(?:,[^=,]+=[^,]*)*$/),
    'name=value, commas between',
  ),
  OTEL_SERVICE_NAME: field(words, TEXT),
  OTEL_SDK_DISABLED: field(flag, FLAG),
  OTEL_TRACES_SAMPLER: field(z.enum(SAMPLERS), SAMPLERS.join(', ')),
  OTEL_METRIC_EXPORT_INTERVAL: field(wholeNumber(1_000, 3_600_000), 'milliseconds from 1000 to 3600000'),
});

/** The variables as they were read; what was not set is undefined. */
export type Variables = z.output<typeof Variables>;

/** Names of all variables, in the order of the documentation. */
export const variableNames: string[] = Object.keys(Variables.shape);

/** Parses an environment. Throws ConfigError that names every wrong variable, what was read and what is allowed. */
export function readVariables(env: Record<string, string | undefined>): Variables {
  const set = Object.fromEntries(variableNames.map((name) => [name, env[name]?.trim() || undefined]));
  const parsed = Variables.safeParse(set);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  throw new ConfigError([...wrong].map((name) => complaint(name, set[name] ?? '')));
}

function complaint(name: string, read: string): string {
  const schema = Object.entries(Variables.shape).find(([key]) => key === name)?.[1];
  const note = schema === undefined ? undefined : notes.get(schema);
  const shown = note?.secret === false ? JSON.stringify(read) : `a value of ${read.length} characters (hidden)`;
  return `${name}: read ${shown}; allowed: ${note?.allowed ?? 'nothing'}`;
}
