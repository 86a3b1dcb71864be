// The carriers of texts. Twilio is asked for the account and its sender; Smobi, whose contract knows one request only, is
// offered a text without words: it refuses that, and how it refuses says whether it took the key.
import { readAccount, readNumber, readService } from '../../channels/twilio-account.ts';
import type { Providers } from '../config/config.ts';
import { errorName } from '../../runtime/errors.ts';
import { look, off, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

type Twilio = NonNullable<Providers['twilio']>;
type Smobi = NonNullable<Providers['smobi']>;

export function twilioCheck(part: string, twilio: Twilio | null, publicUrl: string): Check {
  if (twilio === null) return { part, ask: async () => off('not set up') };
  const ask = async (signal: AbortSignal): Promise<Said> => {
    try {
      const { status, answer } = await readAccount(twilio, signal);
      if (answer === null) return refused(status);
      if (answer.status !== 'active')
        return wrong(`the account is ${answer.status}`, 'see to it in the Twilio Console');
      return await senderOf(twilio, `${publicUrl}/webhook/twilio`, signal);
    } catch (error) {
      return wrong(`nobody answers (${errorName(error)})`, 'look at status.twilio.com; bubbles wait until it is back');
    }
  };
  return { part, ask };
}

function refused(status: number): Said {
  if (status === 401 || status === 403 || status === 404)
    return wrong(
      `the account or its token is refused (${status})`,
      'set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN as the Console shows them',
    );
  return wrong(`answers ${status}`, 'look at status.twilio.com; bubbles wait until it is back');
}

async function senderOf(twilio: Twilio, webhook: string, signal: AbortSignal): Promise<Said> {
  const { messagingServiceSid, from } = twilio;
  if (messagingServiceSid !== null) {
    const { answer } = await readService(twilio, messagingServiceSid, signal);
    if (answer === null)
      return wrong('the account has no such messaging service', 'set TWILIO_MESSAGING_SERVICE_SID to one of its own');
    if (answer.use_inbound_webhook_on_number)
      return well('the messaging service is there; its numbers say where texts go');
    return inbound('the messaging service', answer.inbound_request_url, webhook);
  }
  if (from === null) return look('no sender is set', 'set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID');
  if (!from.startsWith('+')) return well('the account is active (a sender that is a name cannot be looked up)');
  const { answer } = await readNumber(twilio, from, signal);
  const number = answer?.incoming_phone_numbers[0];
  if (number === undefined)
    return wrong('the account has no such number', "set TWILIO_FROM to one of the account's numbers");
  if (number.capabilities?.sms === false)
    return wrong('the number sends no texts', 'buy one with SMS, and set TWILIO_FROM');
  return inbound('the number', number.sms_url, webhook);
}

function inbound(what: string, url: string | null | undefined, webhook: string): Said {
  if (url === webhook) return well(`${what} is there and sends texts to us`);
  return look(`${what} is there, but texts to it go elsewhere`, `in the Console let incoming messages call ${webhook}`);
}

export function smobiCheck(part: string, smobi: Smobi | null, webhookSecret: string | null): Check {
  if (smobi === null) return { part, ask: async () => off('not set up') };
  const ask = async (signal: AbortSignal): Promise<Said[]> => {
    const unsigned = webhookSecret === null;
    return [
      await knocked(smobi, signal),
      ...(unsigned
        ? [wrong('SMOBI_WEBHOOK_SECRET is not set: every text is turned away', 'set what Smobi signs with')]
        : []),
    ];
  };
  return { part, ask };
}

async function knocked({ apiUrl, apiKey }: Smobi, signal: AbortSignal): Promise<Said> {
  try {
    const response = await fetch(`${apiUrl}/messages`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: '{}',
      signal,
    });
    await response.body?.cancel();
    return meaningOf(response.status);
  } catch (error) {
    return wrong(`nobody answers (${errorName(error)})`, 'look at SMOBI_API_URL and their status page; bubbles wait');
  }
}

function meaningOf(status: number): Said {
  if (status === 400 || status === 422) return well('takes our key (a text without words was refused, as it must be)');
  if (status === 401 || status === 403)
    return wrong(`the key is refused (${status})`, 'set SMOBI_API_KEY as their console shows it');
  if (status === 404 || status === 405)
    return wrong(`there is no /messages (${status})`, 'correct SMOBI_API_URL: without /messages at its end');
  if (status >= 500)
    return wrong(`is in trouble (${status})`, 'look at their status page; bubbles wait until it is back');
  return look(`answers ${status} to a text without words: nobody can tell whether the key fits`, 'send a text and see');
}
