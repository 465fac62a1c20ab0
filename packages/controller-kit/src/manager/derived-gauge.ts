import type { StateCounts } from '../derived/count-states.ts'
import type { Metrics } from './metrics.ts'

const labels = ['derived', 'state'] as const

/** `odfmo_derived_objects`: what an engine holds, by rule and state. As many series as rules times states, however many objects. */
export const watchDerived = (metrics: Metrics, engine: { countStates(): StateCounts }): void =>
  metrics.watchGauge(
    { name: 'odfmo_derived_objects', help: 'Derived objects by rule and state', labels },
    function* () {
      for (const [derived, counts] of engine.countStates())
        for (const [state, count] of counts) yield [{ derived, state }, count]
    },
  )
