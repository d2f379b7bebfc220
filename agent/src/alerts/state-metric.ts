import type { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Alerts } from './alerts.js';

const STATES = ['inactive', 'pending', 'firing'] as const;

/** `scout.alert.state` of every rule as the last cycle was judged: 0 inactive, 1 pending, 2 firing. */
export function observeAlerts(provider: MeterProvider, alerts: Alerts): void {
  provider
    .getMeter('scout-agent')
    .createObservableGauge('scout.alert.state', {
      unit: '{state}',
      description: 'State of an alert as the cycle before was judged: 0 inactive, 1 pending, 2 firing',
    })
    .addCallback((result) => {
      for (const { rule, severity, state } of alerts.report()) {
        result.observe(STATES.indexOf(state), { 'scout.alert.rule': rule, 'scout.alert.severity': severity });
      }
    });
}
