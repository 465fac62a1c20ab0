import type { Tracer as OpenTelemetryTracer } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import type { KubeRequest } from './client/request.ts'
import { ManualClock } from './manual-clock.ts'
import { Metrics } from './manager/metrics.ts'
import { traceEvaluations, traceReconciles, traceRequests, type Tracer } from './tracing.ts'

/** A tracer that writes down what it is told. */
const recorded = () => {
  const spans: object[] = []
  const tracer: Tracer = {
    startSpan(name, options) {
      const span = { name, ...options }
      spans.push(span)
      return {
        setStatus: (status) => Object.assign(span, { status }),
        end: (endTime) => void Object.assign(span, { endTime }),
      }
    },
  }
  return { tracer, spans }
}

const request: KubeRequest = {
  method: 'PATCH',
  path: '/api/v1/namespaces/a/secrets/token',
  headers: { authorization: 'Bearer c2VjcmV0' },
  body: '{"data":{"token":"c2VjcmV0"}}',
  context: { verb: 'patch', resource: 'secrets', namespace: 'a', name: 'token', cluster: 'hub' },
}

it('takes the tracer of OpenTelemetry as it is', () => {
  const fits = (tracer: OpenTelemetryTracer): Tracer => tracer
  expect(fits).toBeTypeOf('function')
})

it.each([
  [200, undefined],
  [409, { code: 2, message: '409' }],
  [0, { code: 2, message: 'no answer' }],
])('makes a span of a request that is answered %i', (status, expected) => {
  const { tracer, spans } = recorded()
  const clock = new ManualClock()
  const seen: number[] = []
  const observer = traceRequests(
    tracer,
    { answered: (_request, _host, answer) => void seen.push(answer) },
    clock,
  )
  observer.answered(request, 'hub:6443', status, 20)
  expect(spans).toEqual([
    {
      name: 'patch secrets',
      kind: 2,
      startTime: clock.now() - 20,
      endTime: clock.now(),
      attributes: {
        'http.request.method': 'PATCH',
        ...(status === 0 ? {} : { 'http.response.status_code': status }),
        'server.address': 'hub:6443',
        'odfmo.cluster': 'hub',
        'odfmo.verb': 'patch',
        'odfmo.resource': 'secrets',
      },
      ...(expected === undefined ? {} : { status: expected }),
    },
  ])
  expect(JSON.stringify(spans)).not.toMatch(/c2VjcmV0|token/)
  expect(seen).toEqual([status])
})

it('makes spans of reconciles, and the metrics go on counting', async () => {
  const { tracer, spans } = recorded()
  const metrics = new Metrics()
  const observer = traceReconciles(tracer, metrics, new ManualClock())
  observer.workers('copies', 4)
  observer.reconcileBegan('copies')
  observer.reconcileEnded('copies', 'success', 5)
  observer.reconcileBegan('copies')
  observer.reconcileEnded('copies', 'terminal', 5)
  observer.sourceThrew?.('copies')
  expect(spans).toMatchObject([
    { name: 'reconcile copies', attributes: { 'odfmo.result': 'success' } },
    { name: 'reconcile copies', attributes: { 'odfmo.result': 'terminal' }, status: { code: 2 } },
  ])
  const { body } = await metrics.text()
  expect(body).toContain('controller_runtime_reconcile_total{controller="copies",result="success"} 1')
  expect(body).toContain('controller_runtime_max_concurrent_reconciles{controller="copies"} 4')
})

it('makes spans of evaluations, and the metrics go on counting', async () => {
  const { tracer, spans } = recorded()
  const metrics = new Metrics()
  const clock = new ManualClock()
  traceEvaluations(tracer, metrics.engineObserver, clock).evaluated?.('mirror', 2)
  traceEvaluations(tracer, undefined, clock).evaluated?.('mirror', 2)
  expect(spans).toMatchObject([{ name: 'evaluate mirror', kind: 0 }, { name: 'evaluate mirror' }])
  expect((await metrics.text()).body).toContain('odfmo_derived_evaluation_seconds_count{derived="mirror"} 1')
})
