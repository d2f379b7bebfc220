/** What the throughput says of the connections: a sentence for a message. */
import { normalPeakReceived, received, throughput, usualThroughput } from '../facts.js';
import type { View } from '../view.js';
import { bytesASecond, ratio } from '../words.js';

const MORE = 1.5;

export function whatThroughputSays(view: View): string[] {
  const bytes = received.of(view);
  const normal = normalPeakReceived.of(view);
  if (bytes === undefined || normal === undefined || normal <= 0) return [];
  if (bytes > MORE * normal)
    return [
      `Received bytes are ${ratio(bytes, normal)} their normal peak (${bytesASecond(bytes)}): the connections are busy.`,
    ];
  const both = throughput.of(view);
  const usual = usualThroughput.of(view);
  if (both !== undefined && usual !== undefined && both < usual)
    return ['Less is transferred than usual at this hour: most of the connections are probably idle.'];
  return ['Received bytes are normal: the additional connections are probably idle.'];
}
