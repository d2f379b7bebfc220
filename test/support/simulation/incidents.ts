/** What incidents do to the numbers of a server. */
import { HOUR, isIn, MINUTE } from '../calendar.js';
import type { Incident } from './server.js';

export interface Now {
  /** Share of the clients that are there: 1 but after a restart. */
  present: number;
  /** From 1 at the moment of the return to 0. */
  returning: number;
  surge: number;
  idle: number;
  halfClosed: number;
  receivedPerSecond: number;
  transmittedPerSecond: number;
  cookiesPerSecond: number;
  overflowsPerSecond: number;
  ports: number;
  isGap: boolean;
  isScanFailing: boolean;
  isBooting: boolean;
}

/** What the incidents add up to at a time. Asked in the order of time. */
export function overTime(incidents: readonly Incident[]): (time: number) => Readonly<Now> {
  const waiting = [...incidents].sort((a, b) => a.from - b.from);
  const active = new Set<Incident>();
  return (time) => {
    while (waiting[0] && waiting[0].from <= time) active.add(waiting.shift() as Incident);
    if (active.size === 0) return CALM;
    const now: Now = { ...CALM };
    for (const incident of active) {
      if (isIn(time, incident)) apply(incident, time, now);
      else if (time < incident.to + RETURN) applyReturn(incident, time, now);
      else active.delete(incident);
    }
    return now;
  };
}

const CALM: Readonly<Now> = {
  present: 1,
  returning: 0,
  surge: 1,
  idle: 0,
  halfClosed: 0,
  receivedPerSecond: 0,
  transmittedPerSecond: 0,
  cookiesPerSecond: 0,
  overflowsPerSecond: 0,
  ports: 0,
  isGap: false,
  isScanFailing: false,
  isBooting: false,
};

/** For how long after its end an incident can be seen: clients that return. */
const RETURN = HOUR;
/** How clients return after what an incident itself ends by. */
const AFTERWARDS = { returnMillis: 2 * MINUTE, rush: 0 };

function apply(incident: Incident, time: number, now: Now): void {
  const hours = (time - incident.from) / HOUR;
  switch (incident.kind) {
    case 'leak':
      now.idle += incident.perHour * hours;
      break;
    case 'flood': {
      const share = Math.min(1, (time - incident.from) / incident.rampMillis);
      now.idle += incident.connections * share;
      now.receivedPerSecond += incident.receivedPerSecond * share;
      break;
    }
    case 'syn-flood':
      now.cookiesPerSecond += incident.cookiesPerSecond;
      now.overflowsPerSecond += incident.overflowsPerSecond;
      break;
    case 'transfer':
      now.transmittedPerSecond += incident.transmittedPerSecond;
      break;
    case 'half-closed':
      now.halfClosed += incident.perHour * hours;
      break;
    case 'ports':
      now.ports = (incident.utilization * (time - incident.from)) / (incident.to - incident.from);
      break;
    case 'surge': {
      const ramp = Math.min(time - incident.from, incident.to - time) / incident.rampMillis;
      now.surge *= 1 + (incident.factor - 1) * Math.min(1, ramp);
      break;
    }
    case 'restart':
      now.present = 0;
      break;
    case 'reboot':
      now.present = 0;
      now.isGap = true;
      now.isBooting = true;
      break;
    case 'gap':
      now.isGap = true;
      break;
    case 'failed-scan':
      now.isScanFailing = true;
      break;
  }
}

function applyReturn(incident: Incident, time: number, now: Now): void {
  const { kind, to } = incident;
  const isRestart = kind === 'restart' || kind === 'reboot';
  if (!isRestart && kind !== 'leak' && kind !== 'half-closed') return;
  const { returnMillis, rush } = isRestart ? incident : AFTERWARDS;
  const since = (time - to) / returnMillis;
  const left = Math.exp(-since);
  now.present = Math.min(now.present, 1 - left + rush * Math.E * since * left);
  now.returning = Math.max(now.returning, left);
}
