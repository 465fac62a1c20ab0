import type { RequestObserver } from './client/transport.ts'
import { systemClock, type Clock } from './clock.ts'
import type { EngineObserver } from './derived/engine-options.ts'
import type { ControllerObserver } from './queue/controller.ts'

/** What is used of OpenTelemetry: `trace.getTracer(…)` of `@opentelemetry/api` fits. Nothing of it is imported here. */
export interface Tracer {
  /** Times are milliseconds since the epoch. */
  startSpan(
    name: string,
    options: {
      readonly kind: number
      readonly startTime: number
      readonly attributes: Record<string, string | number>
    },
  ): {
    setStatus(status: { readonly code: number; readonly message?: string }): unknown
    end(endTime: number): void
  }
}

/** `SpanKind` and `SpanStatusCode` of OpenTelemetry. */
const internal = 0
const client = 2
const error = 2

interface Ended {
  readonly name: string
  readonly kind: number
  readonly ms: number
  readonly attributes: Record<string, string | number>
  /** Undefined: it went well. */
  readonly failure?: string | undefined
}

/** Observers are told when something has ended: the span is made then, with both of its times. */
const spans =
  (tracer: Tracer, clock: Clock) =>
  ({ name, kind, ms, attributes, failure }: Ended): void => {
    const endTime = clock.now()
    const span = tracer.startSpan(name, { kind, startTime: endTime - ms, attributes })
    if (failure !== undefined) span.setStatus({ code: error, message: failure })
    span.end(endTime)
  }

/**
 * An observer for clients: a span for each try of a request, `patch deployments`, with verb, resource, cluster, host and
 * status; 4xx and 5xx are failures, as OpenTelemetry has it for clients. Never a name, a path or a body.
 */
export const traceRequests = (
  tracer: Tracer,
  then?: RequestObserver,
  clock: Clock = systemClock,
): RequestObserver => {
  const ended = spans(tracer, clock)
  return {
    answered(request, host, status, ms) {
      const { verb, resource, cluster } = request.context
      ended({
        name: `${verb} ${resource}`,
        kind: client,
        ms,
        attributes: {
          'http.request.method': request.method,
          ...(status === 0 ? {} : { 'http.response.status_code': status }),
          'server.address': host,
          'odfmo.cluster': cluster,
          'odfmo.verb': verb,
          'odfmo.resource': resource,
        },
        failure: status === 0 ? 'no answer' : status >= 400 ? String(status) : undefined,
      })
      then?.answered(request, host, status, ms)
    },
  }
}

/** An observer for controllers: a span for each reconcile, `reconcile <controller>`, with its result. Never a key. */
export const traceReconciles = (
  tracer: Tracer,
  then: ControllerObserver,
  clock: Clock = systemClock,
): ControllerObserver => {
  const ended = spans(tracer, clock)
  return overriding(then, {
    reconcileEnded(controller, result, ms) {
      const failure = result === 'error' || result === 'terminal' ? result : undefined
      const attributes = { 'odfmo.controller': controller, 'odfmo.result': result }
      ended({ name: `reconcile ${controller}`, kind: internal, ms, attributes, failure })
      then.reconcileEnded(controller, result, ms)
    },
  })
}

/** An observer for engines: a span for each evaluation, `evaluate <derived>`. Never a key. */
export const traceEvaluations = (
  tracer: Tracer,
  then: EngineObserver = {},
  clock: Clock = systemClock,
): EngineObserver => {
  const ended = spans(tracer, clock)
  return overriding(then, {
    evaluated(derived, ms) {
      ended({
        name: `evaluate ${derived}`,
        kind: internal,
        ms,
        attributes: { 'odfmo.derived': derived },
      })
      then.evaluated?.(derived, ms)
    },
  })
}

/** `then` with some of its methods replaced; the others are called as its own, for it may be any class. */
const overriding = <T extends object>(then: T, own: Partial<T>): T =>
  new Proxy(then, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name) as unknown
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
