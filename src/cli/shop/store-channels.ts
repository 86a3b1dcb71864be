// The ways to a phone: those that all shops share, from the environment, and those that one shop has by keys of its own.
import type { Channel } from '../../channels/channel.ts';
import { simulatorChannel } from '../../channels/simulator.ts';
import { smobiChannel } from '../../channels/smobi.ts';
import { twilioChannel } from '../../channels/twilio.ts';
import type { Config, Providers } from '../config/config.ts';
import type { RoomOf } from './provider-limits.ts';

type Observe = (channel: Channel) => Channel;
type Carriers = Pick<Providers, 'smobi' | 'twilio'>;

/** The first is for customers whose last channel is not set up any more. */
export function sharedChannels(
  { smobi, twilio, publicUrl }: Config,
  observe: Observe,
  roomOf: RoomOf,
): [Channel, ...Channel[]] {
  const [first, ...others] = carriersOf({ smobi: smobi.outbound, twilio }, publicUrl, observe, roomOf);
  const simulators = [simulatorChannel('simulator'), simulatorChannel('terminal')] as const;
  return first ? [first, ...others, ...simulators] : [...simulators];
}

export type OwnChannels = {
  publicUrl: string;
  /** As of now: keys may be set while this process runs. */
  providers: () => ReadonlyMap<number, Providers>;
  observe: Observe;
  roomOf: RoomOf;
};

/** Each shop's own, opened once for as long as its keys stay the same; none for a shop without keys. */
export function ownChannels({
  publicUrl,
  providers,
  observe,
  roomOf,
}: OwnChannels): (storeId: number) => readonly Channel[] {
  const open = new Map<number, { settings: string; channels: readonly Channel[] }>();
  return (storeId) => {
    const { smobi = null, twilio = null } = providers().get(storeId) ?? {};
    const settings = JSON.stringify({ smobi, twilio });
    const known = open.get(storeId);
    if (known?.settings === settings) return known.channels;
    const channels = carriersOf({ smobi, twilio }, publicUrl, observe, (name) => roomOf(`${name}/${storeId}`));
    open.set(storeId, { settings, channels });
    return channels;
  };
}

function carriersOf({ smobi, twilio }: Carriers, publicUrl: string, observe: Observe, roomOf: RoomOf): Channel[] {
  const limited = (channel: Channel): Channel => ({ ...observe(channel), room: roomOf(channel.name) });
  return [
    ...(smobi ? [limited(smobiChannel({ ...smobi, from: smobi.from ?? '' }))] : []),
    ...(twilio ? [limited(openTwilio(twilio, publicUrl))] : []),
  ];
}

function openTwilio(twilio: NonNullable<Config['twilio']>, publicUrl: string): Channel {
  const { accountSid, authToken, from, messagingServiceSid, baseUrl } = twilio;
  return twilioChannel({
    accountSid,
    authToken,
    sender: messagingServiceSid === null ? { from: from ?? '' } : { messagingServiceSid },
    ...(baseUrl === null ? {} : { baseUrl }),
    statusCallback: `${publicUrl}/webhook/twilio/status`,
  });
}
