import { area } from '../conformance-case.ts'
import type { ConformanceArea } from '../conformance-case.ts'
import { byName } from './versions/by-name.ts'
import { byWebhook } from './versions/by-webhook.ts'
import { failingWebhook } from './versions/failing-webhook.ts'
import { unconvertible } from './versions/unconvertible.ts'

export const versions: ConformanceArea = {
  ...area(
    'versions and conversion of custom resources',
    'versions',
    byName,
    byWebhook,
    failingWebhook,
    unconvertible,
  ),
  // a real server's controllers of namespaces and garbage wait for what a webhook cannot convert
  isLast: true,
}
