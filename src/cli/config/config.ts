// What the process was told by its environment, checked as a whole. Everything else takes its part of this as an argument.
import { resolve } from 'node:path';
import type { StoreHours } from '../../../schema/stores.ts';
import { openingHours } from './opening-hours.ts';
import { refusals } from './refusals.ts';
import { readVariables } from './variables.ts';
import type { Variables } from './variables.ts';
import { ConfigError } from '../plain-errors.ts';

/** Secrets that production must be given and development makes once. `piiKey`: 32 bytes; the previous one while it is exchanged. */
export type Secrets = {
  sessionSecret: string;
  piiKey: Buffer;
  piiKeyPrevious: Buffer | null;
  smobiWebhookSecret: string | null;
};

/** The checked environment; null stands for a part that is switched off. */
export type Config = {
  mode: 'development' | 'test' | 'production';
  port: number;
  host: string;
  /** Without a slash at its end. */
  publicUrl: string;
  logLevel: string;
  /** Absolute path. */
  dataDir: string;
  /** `url` null: the embedded Postgres of `dataDir`. */
  database: { url: string | null; driver: 'pg' | 'neon'; neonWsProxy: string | null };
  redisUrl: string | null;
  /** Whether the phone simulator is served. */
  simulator: boolean;
  /** Whether every page and text is marked as a demo. */
  isDemo: boolean;
  corsOrigins: string[];
  /** `prices` in US dollars a million tokens; null: nobody said, and no cost is told. */
  claude: {
    apiKey: string;
    baseUrl: string | null;
    model: string;
    prices: { input: number; output: number } | null;
  } | null;
  smobi: {
    /** Ranges that may call the webhook; empty: any. */
    ipAllowlist: string[];
    /** `from` null: the number that the customer texted. */
    outbound: { apiUrl: string; apiKey: string; from: string | null } | null;
  };
  twilio: {
    accountSid: string;
    authToken: string;
    /** Null, without a messaging service: the number that the customer texted. */
    from: string | null;
    messagingServiceSid: string | null;
    baseUrl: string | null;
  } | null;
  square: {
    accessToken: string;
    locationId: string;
    environment: 'sandbox' | 'production';
    baseUrl: string | null;
    webhookSignatureKey: string | null;
    webhookUrl: string;
  } | null;
  /** `expiresAt` null: what the token itself says. */
  hardcover: { apiKey: string; apiUrl: string | null; expiresAt: Date | null } | null;
  /** `contact`: whom Open Library may write to. */
  openLibrary: { contact: string; apiUrl: string | null } | null;
  bookshopAffiliateId: string | null;
  /** Requests to each provider's account at most, from all processes together. */
  limits: { smsPerSecond: number; claudePerMinute: number; squarePerSecond: number };
  store: StoreConfig;
  staffApiToken: string | null;
  /** Null: traces and metrics stay here. `variables`: every OTEL_* that was given, for OpenTelemetry to read. */
  otlp: { endpoint: string; variables: Record<string, string> } | null;
  /** What the environment says of the secrets; `secretsOf` fills in the rest. */
  given: {
    sessionSecret: string | null;
    piiKey: Buffer | null;
    piiKeyPrevious: Buffer | null;
    smobiWebhookSecret: string | null;
  };
};

/** The first store. `taxRatePpm`: millionths; `phone`: E.164. */
export type StoreConfig = {
  name: string;
  timezone: string;
  hours: StoreHours;
  phone: string | null;
  /** The street address, and whom HELP names, as customers are told them. */
  place: string;
  contact: string;
  currency: string;
  taxRatePpm: number;
  shippingCents: number;
};

/** Reads the configuration out of an environment. Throws ConfigError with one line for each thing that is wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = readVariables(env);
  const problems = refusals(read);
  if (problems.length > 0) throw new ConfigError(problems);
  const mode = read.NODE_ENV ?? 'development';
  const port = read.PORT ?? 8080;
  const publicUrl = read.PUBLIC_URL ?? `http://localhost:${port}`;
  return {
    mode,
    port,
    host: read.HOST ?? '::',
    publicUrl,
    logLevel: read.LOG_LEVEL ?? 'info',
    dataDir: resolve(read.MARTY_DATA_DIR ?? '.marty'),
    database: databaseOf(read),
    redisUrl: read.REDIS_URL ?? null,
    simulator: read.ENABLE_SIMULATOR ?? mode !== 'production',
    isDemo: mode === 'production' && read.ALLOW_DEMO === true,
    corsOrigins: read.CORS_ORIGINS ?? [],
    ...outsideServices(read, publicUrl),
    limits: limitsOf(read),
    store: storeOf(read),
    staffApiToken: read.STAFF_API_TOKEN ?? null,
    otlp: otlpOf(read, env),
    given: {
      sessionSecret: read.SESSION_SECRET ?? null,
      piiKey: read.PII_KEY ?? null,
      piiKeyPrevious: read.PII_KEY_PREVIOUS ?? null,
      smobiWebhookSecret: read.SMOBI_WEBHOOK_SECRET ?? null,
    },
  };
}

function otlpOf(read: Variables, env: Record<string, string | undefined>): Config['otlp'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: isOff } = read;
  if (endpoint === undefined || isOff) return null;
  const given = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('OTEL_') && value ? [[name, value]] : [],
  );
  return { endpoint, variables: Object.fromEntries(given) };
}

function limitsOf(read: Variables): Config['limits'] {
  return {
    smsPerSecond: read.SMS_PER_SECOND ?? 10,
    claudePerMinute: read.CLAUDE_PER_MINUTE ?? 300,
    squarePerSecond: read.SQUARE_PER_SECOND ?? 20,
  };
}

function databaseOf(read: Variables): Config['database'] {
  const url = read.DATABASE_URL ?? null;
  const isNeonHost = url !== null && new URL(url).hostname.endsWith('.neon.tech');
  return { url, driver: read.DATABASE_DRIVER ?? (isNeonHost ? 'neon' : 'pg'), neonWsProxy: read.NEON_WS_PROXY ?? null };
}

/** What one shop has at services that know shops apart. `smobiWebhookSecret`: what Smobi signs its texts with. */
export type Providers = {
  square: Config['square'];
  twilio: Config['twilio'];
  smobi: Config['smobi']['outbound'];
  smobiWebhookSecret: string | null;
};

/** Reads one shop's own keys, by the names of the environment. Throws ConfigError for a value that is not allowed. */
export function providersIn(
  keys: Readonly<Record<string, string>>,
  { publicUrl, mode }: Pick<Config, 'publicUrl' | 'mode'>,
): Providers {
  const read = readVariables({ ...keys, NODE_ENV: mode });
  const { SMOBI_WEBHOOK_SECRET: smobiWebhookSecret = null } = read;
  return { square: squareOf(read, publicUrl), twilio: twilioOf(read), smobi: smobiOf(read), smobiWebhookSecret };
}

type OutsideServices = Pick<
  Config,
  'claude' | 'smobi' | 'twilio' | 'square' | 'hardcover' | 'openLibrary' | 'bookshopAffiliateId'
>;

function outsideServices(read: Variables, publicUrl: string): OutsideServices {
  return {
    claude: claudeOf(read),
    smobi: { ipAllowlist: read.SMOBI_IP_ALLOWLIST ?? [], outbound: smobiOf(read) },
    twilio: twilioOf(read),
    square: squareOf(read, publicUrl),
    hardcover: hardcoverOf(read),
    openLibrary: openLibraryOf(read, publicUrl),
    bookshopAffiliateId: read.BOOKSHOP_AFFILIATE_ID ?? null,
  };
}

function hardcoverOf(read: Variables): Config['hardcover'] {
  if (read.HARDCOVER_API_KEY === undefined) return null;
  const {
    HARDCOVER_API_KEY: apiKey,
    HARDCOVER_API_URL: apiUrl = null,
    HARDCOVER_TOKEN_EXPIRY: expiresAt = null,
  } = read;
  return { apiKey, apiUrl, expiresAt };
}

// Second to Hardcover, and alone where somebody said whom it may write to: a shop without either asks nobody.
function openLibraryOf(read: Variables, publicUrl: string): Config['openLibrary'] {
  const { OPEN_LIBRARY_CONTACT: contact, OPEN_LIBRARY_API_URL: apiUrl = null } = read;
  if (contact === undefined && read.HARDCOVER_API_KEY === undefined) return null;
  return { contact: contact ?? publicUrl, apiUrl };
}

function claudeOf(read: Variables): Config['claude'] {
  if (read.ANTHROPIC_API_KEY === undefined) return null;
  const model = read.ANTHROPIC_MODEL ?? 'claude-sonnet-5-5';
  return {
    apiKey: read.ANTHROPIC_API_KEY,
    baseUrl: read.ANTHROPIC_BASE_URL ?? null,
    model,
    prices: read.ANTHROPIC_PRICES ?? null,
  };
}

function smobiOf(read: Variables): Config['smobi']['outbound'] {
  const { SMOBI_API_URL: apiUrl, SMOBI_API_KEY: apiKey } = read;
  return apiUrl && apiKey ? { apiUrl, apiKey, from: read.SMOBI_FROM ?? read.STORE_PHONE ?? null } : null;
}

function twilioOf(read: Variables): Config['twilio'] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = read;
  if (!accountSid || !authToken) return null;
  return {
    accountSid,
    authToken,
    from: read.TWILIO_FROM ?? null,
    messagingServiceSid: read.TWILIO_MESSAGING_SERVICE_SID ?? null,
    baseUrl: read.TWILIO_BASE_URL ?? null,
  };
}

function squareOf(read: Variables, publicUrl: string): Config['square'] {
  const { SQUARE_ACCESS_TOKEN: accessToken, SQUARE_LOCATION_ID: locationId } = read;
  if (!accessToken || !locationId) return null;
  return {
    accessToken,
    locationId,
    environment: read.SQUARE_ENVIRONMENT ?? (read.NODE_ENV === 'production' ? 'production' : 'sandbox'),
    baseUrl: read.SQUARE_BASE_URL ?? null,
    webhookSignatureKey: read.SQUARE_WEBHOOK_SIGNATURE_KEY ?? null,
    webhookUrl: read.SQUARE_WEBHOOK_URL ?? `${publicUrl}/webhook/square`,
  };
}

function storeOf(read: Variables): StoreConfig {
  const sender = [read.SMOBI_FROM, read.TWILIO_FROM].find((from) => from?.startsWith('+'));
  return {
    name: read.STORE_NAME ?? 'Dungeon Books',
    timezone: read.STORE_TIMEZONE ?? 'America/New_York',
    hours: read.STORE_HOURS ?? openingHours.parse('Wed-Sun 12-19'),
    phone: read.STORE_PHONE ?? sender ?? null,
    place: read.STORE_PLACE ?? '115 Brunswick St, Jersey City NJ',
    contact: read.STORE_CONTACT ?? 'hello@dungeonbooks.com',
    currency: read.STORE_CURRENCY ?? 'USD',
    taxRatePpm: read.STORE_TAX_RATE ?? 66_250, // New Jersey
    shippingCents: read.STORE_SHIPPING_CENTS ?? 800,
  };
}
