import type { Fault } from './fault-rule.ts'

/** A change that somebody asks for, before anything has come of it. */
export interface ArrivedWrite {
  readonly verb: string
  /** `deployments.apps`, with `/status` for a subresource. */
  readonly resource: string
  readonly namespace: string
  /** Of a create that in the object it sends; empty when the server is to make one, and of a deletecollection. */
  readonly name: string
  readonly user: string
}

/** A request as whoever looks before all rules sees it. */
export interface ArrivedRequest {
  readonly user: string
  /** Undefined when it is no change of an object, or a dry run. */
  readonly write: ArrivedWrite | undefined
  /** Resolves when nothing more comes of it: it was answered, or its connection was cut instead. */
  ended(): Promise<void>
}

/** What happens to a request; undefined when it is left to the rules. */
export type Interceptor = (request: ArrivedRequest) => Extract<Fault, { kind: 'reset' | 'cut' }> | undefined
