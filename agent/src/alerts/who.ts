/** Who holds the connections, in a line for a message. */
import type { Inspection } from '../inspect/inspection.js';
import { percent } from './words.js';

/** A network that holds less of the connections stands out no more than others. */
const LEAST_SHARE = 0.2;

/** `93 % from 203.0.113.0/24 to :443, nginx[812]`; what is not known is left out. */
export function whoInWords(
  { networks, localPorts, processes, incoming, connections }: Inspection,
  addresses: 'shown' | 'hidden',
): string | undefined {
  const [network] = networks.top;
  const [port] = localPorts.top;
  const [process] = processes.top;
  const parts: string[] = [];
  if (network !== undefined && addresses === 'shown') {
    const share = network.connections / Math.max(networks.connections, 1);
    if (share >= LEAST_SHARE) {
      const direction = network.incoming * 2 >= network.connections ? 'from' : 'to';
      parts.push(`${percent(share)} ${direction} ${network.network}`);
    }
  }
  if (port !== undefined && port.connections * 2 >= connections && incoming > 0)
    parts.push(parts.length === 0 ? `most to :${port.port}` : `to :${port.port}`);
  const where = parts.join(' ');
  const pid = process?.pids[0]?.pid;
  const holder = process === undefined ? '' : `${process.name}${pid === undefined ? '' : `[${pid}]`}`;
  return [where, holder].filter((part) => part !== '').join(', ') || undefined;
}

/** What to type where whoever holds most of the connections could not be seen: other users' processes are for root to see. */
export function whoByHand({ processes: { top, unknown } }: Inspection): string[] {
  const isSeen = unknown <= (top[0]?.connections ?? 0);
  return isSeen ? [] : ['`sudo scout-agent inspect` names the processes, which root alone sees'];
}
