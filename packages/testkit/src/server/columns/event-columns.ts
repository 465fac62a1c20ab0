import { recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { ageOf } from '../age.ts'
import { numberAt, text, wide } from './column.ts'

/** The first of these fields that is a time. */
const timeOf = (event: KubeObject, ...fields: readonly string[]): unknown =>
  fields.map((field) => event[field]).find((value) => typeof value === 'string' && value !== '')

/** An event is named last: what it says comes first. Events have two forms of the same fields. */
const about = (event: KubeObject): Record<string, unknown> => {
  const core = recordAt(event, 'involvedObject')
  return Object.keys(core).length > 0 ? core : recordAt(event, 'regarding')
}

const objectText = (event: KubeObject): string => {
  const kind = textAt(about(event), 'kind').toLowerCase()
  const name = textAt(about(event), 'name')
  return name === '' ? kind : `${kind}/${name}`
}

const sourceText = (event: KubeObject): string => {
  const field = event['source'] === undefined ? 'deprecatedSource' : 'source'
  const component =
    textAt(event, field, 'component') ||
    textAt(event, 'reportingComponent') ||
    textAt(event, 'reportingController')
  const host = textAt(event, field, 'host') || textAt(event, 'reportingInstance')
  return [component, host].filter((part) => part !== '').join(', ')
}

const times = (event: KubeObject): number =>
  numberAt(event, 'series', 'count') || numberAt(event, 'count') || numberAt(event, 'deprecatedCount') || 1

export const eventColumns: readonly PrinterColumn[] = [
  text('Last Seen', (event, now) =>
    ageOf(
      recordAt(event, 'series')['lastObservedTime'] ??
        timeOf(event, 'lastTimestamp', 'deprecatedLastTimestamp', 'eventTime'),
      now,
    ),
  ),
  text('Type', (event) => textAt(event, 'type')),
  text('Reason', (event) => textAt(event, 'reason')),
  text('Object', objectText),
  wide('Subobject', (event) => textAt(about(event), 'fieldPath')),
  wide('Source', sourceText),
  text('Message', (event) => (textAt(event, 'message') || textAt(event, 'note')).trim()),
  wide('First Seen', (event, now) =>
    ageOf(timeOf(event, 'firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime'), now),
  ),
  wide('Count', times),
  { ...wide('Name', ({ metadata }) => metadata.name ?? ''), format: 'name' },
]
