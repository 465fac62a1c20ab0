import type { HubReference } from '../../reference/hub-reference.ts'
import { components } from '../names.ts'
import type { ServiceFacts } from '../service-facts.ts'
import { hubControllerAlerts } from './hub-controller-alerts.ts'
import { prometheusRule } from './monitoring-objects.ts'
import { webhookAlerts } from './webhook-alerts.ts'

/** All alerts, from what the services say of their metrics and reasons. */
export const alertRule = ({ webhook }: ServiceFacts, hub: HubReference): object =>
  prometheusRule({
    [components.hubController]: hubControllerAlerts(hub),
    [components.webhook]: webhookAlerts(webhook.metrics),
  })
