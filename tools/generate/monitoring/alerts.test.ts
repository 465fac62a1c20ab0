import { describe, expect, it } from 'vitest'
import { alarms } from '../../reference/alarms.ts'
import { hubReference } from '../../reference/hub-reference.ts'
import { serviceFacts } from '../service-facts.ts'
import { hubControllerAlerts } from './hub-controller-alerts.ts'
import { selectorOfJob } from './promql.ts'
import { webhookAlerts } from './webhook-alerts.ts'

const [hub, { webhook }] = await Promise.all([hubReference(), serviceFacts()])
const ofHub = hubControllerAlerts(hub)
const all = [...ofHub, ...webhookAlerts(webhook.metrics)]

/** Words of an expression outside of its strings. */
const wordsIn = (expr: string): readonly string[] =>
  [...expr.replace(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/[a-z_][a-z_0-9]*/gi)].map(([word]) => word)

describe('the alerts', () => {
  it('each have a name of their own, and say what to do', () => {
    expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length)
    for (const { alert, summary, description } of all) {
      expect(alert).toMatch(/^Odfmo[A-Za-z]+$/)
      expect(summary).toMatch(/\.$/)
      expect(description.length).toBeGreaterThan(20)
    }
  })

  it.each(all)('$alert is made of what Prometheus knows and the service registers', ({ expr }) => {
    const metrics = [...hub.metrics, ...webhook.metrics]
    const known = new Set([
      ...['max', 'min', 'sum', 'by', 'increase', 'absent', 'time', 'or', 'm'],
      ...['job', 'namespace', 'pod'],
      ...metrics.flatMap(({ name, labels }) => [name, ...labels]),
    ])
    expect(wordsIn(expr).filter((word) => !known.has(word))).toEqual([])
    let depth = 0
    for (const letter of expr.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
      if ('({['.includes(letter)) depth += 1
      if (')}]'.includes(letter)) depth -= 1
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
  })

  it.each(all)('$alert names only labels that its expression keeps', ({ expr, summary }) => {
    const kept = new Set(
      [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', ')),
    )
    for (const [, label = ''] of summary.matchAll(/\$labels\.(\w+)/g)) expect(kept).toContain(label)
  })

  it('are about metrics of which the reference says when to alarm', () => {
    const used = new Set(ofHub.flatMap(({ expr }) => wordsIn(expr)).filter((word) => word in alarms))
    expect(used.size).toBeGreaterThan(10)
    expect([...used].filter((name) => alarms[name] === '')).toEqual([])
  })
})

describe('a metric that is not there', () => {
  const select = selectorOfJob('job', [{ name: 'a_total', help: '', type: 'counter', labels: ['code'] }])

  it.each([
    ['a_total', {}, 'a_total{job="job"}'],
    ['a_total', { code: '403' }, 'a_total{job="job",code="403"}'],
    ['a_total', { code: ['a.b', 'c'] }, String.raw`a_total{job="job",code=~"a\\.b|c"}`],
  ] as const)('is not %s %j', (metric, labels, expected) => {
    expect(select(metric, labels)).toBe(expected)
  })

  it('cannot be selected, nor a label that it has not', () => {
    expect(() => select('b_total')).toThrow('alert: job registers no metric b_total')
    expect(() => select('a_total', { reason: 'x' })).toThrow('alert: a_total has no label reason')
  })
})
