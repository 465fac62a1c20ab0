import { apiVersionOf, kinds } from '@odfmo/api-types'
import type {
  CacheReader,
  EngineObserver,
  EngineReason,
  EventNote,
  EventRecorder,
  Logger,
  State,
} from '@odfmo/controller-kit'
import type { ConsoleInit } from './console-init.ts'
import { consoleKey } from './console-place.ts'

/** What is needed to tell of the console. */
export interface ConsoleNewsOptions {
  readonly console: ConsoleInit
  readonly cache: Pick<CacheReader, 'get'>
  readonly recorder: Pick<EventRecorder, 'record'>
  readonly logger: Pick<Logger, 'info'>
}

/** States that only a person can put right; what passes by itself is not told. */
const forPeople: ReadonlySet<string> = new Set<EngineReason>([
  'Contested',
  'Forbidden',
  'KindNotServed',
  'NotOurs',
  'Refused',
  'WriteNotKept',
])

/** The Event that a state is worth, if it is. Pure. */
export const consoleEvent = (rule: string, state: State): EventNote | undefined =>
  (state.is === 'waiting' || state.is === 'failed') && forPeople.has(state.reason)
    ? { type: 'Warning', reason: state.reason, action: actionOf(rule), note: state.message }
    : undefined

/** `console-service` → `WriteService`. */
const actionOf = (rule: string): string =>
  rule === 'console-service' ? 'WriteService' : 'WriteConsolePlugin'

/**
 * Tells whoever looks at the console what keeps it from being right: once in the log, and as an Event on its Deployment, where
 * `kubectl describe` shows it. For an engine's observer; states of other rules are passed over. Needs `create` and `patch` of
 * Events in the console's namespace, besides `consoleRules`.
 */
export const consoleNews = ({
  console,
  cache,
  recorder,
  logger,
}: ConsoleNewsOptions): Required<Pick<EngineObserver, 'changed'>> => {
  const ours = new Set(console.derived.map(({ name }) => name))
  const told = new Set<string>()
  return {
    changed(rule, key, state) {
      if (!ours.has(rule)) return
      const event = consoleEvent(rule, state)
      if (event === undefined) {
        if (told.delete(rule)) logger.info({ derived: rule, key, state: state.is }, 'waits no longer')
        return
      }
      told.add(rule)
      // What failed is in the log already, by the engine.
      if (state.is === 'waiting') logger.info({ derived: rule, key, reason: event.reason }, event.note)
      const deployment = cache.get(console.kinds.ConsoleDeployment, consoleKey(console.namespace))
      if (deployment === undefined) return
      const { metadata } = deployment
      recorder.record(
        {
          apiVersion: apiVersionOf(kinds.Deployment),
          kind: kinds.Deployment.kind,
          metadata: {
            name: metadata.name ?? '',
            namespace: metadata.namespace ?? '',
            ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
          },
        },
        event,
      )
    },
  }
}
